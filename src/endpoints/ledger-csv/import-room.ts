/** How many children more a facility takes; counted when first asked, and anew after `recount`. */
export class Room {
  readonly #count: () => Promise<number>;
  #left: number | undefined;

  constructor(count: () => Promise<number>) {
    this.#count = count;
  }

  /** Takes a place; false when there is none. */
  async take(): Promise<boolean> {
    this.#left ??= await this.#count();
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return true;
  }

  /** For when the places that were taken are written. */
  recount(): void {
    this.#left = undefined;
  }
}
