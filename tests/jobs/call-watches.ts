import type { CallWatch } from './watched.ts';

/** Counts calls, and lets them through. */
export class CountedCalls implements CallWatch {
  readonly calls: string[] = [];
  before(call: string): void {
    this.calls.push(call);
  }
  after(): void {}
}

/** A process that is killed at its n-th call (from 0): before the call is made, or after it was, without its answer. */
export class KilledProcess implements CallWatch {
  readonly #at: number;
  readonly #when: 'before' | 'after';
  #calls = 0;
  #dead = false;

  constructor(at: number, when: 'before' | 'after') {
    this.#at = at;
    this.#when = when;
  }

  /** Whether the kill came: false when the work ended with fewer calls. */
  get dead(): boolean {
    return this.#dead;
  }

  before(): void {
    if (this.#when === 'before' && this.#calls === this.#at) this.#dead = true;
    this.#live();
  }

  after(): void {
    if (this.#when === 'after' && this.#calls === this.#at) this.#dead = true;
    this.#calls += 1;
    this.#live();
  }

  #live(): void {
    if (this.#dead) throw new Error('killed');
  }
}

/** A process that stands still before its n-th call (from 0) until it is woken. */
export class FrozenProcess implements CallWatch {
  readonly #at: number;
  readonly #woken = Promise.withResolvers<void>();
  readonly #frozen = Promise.withResolvers<void>();
  #calls = 0;
  isFrozen = false;

  constructor(at: number) {
    this.#at = at;
  }

  async before(): Promise<void> {
    this.#calls += 1;
    if (this.#calls - 1 !== this.#at) return;
    this.isFrozen = true;
    this.#frozen.resolve();
    await this.#woken.promise;
  }

  after(): void {}

  get frozen(): Promise<void> {
    return this.#frozen.promise;
  }

  wake(): void {
    this.#woken.resolve();
  }
}
