import type { Telemetry } from '../ports/telemetry.ts';

/**
 * One run of a job: what it counts, and how it keeps trouble with one tenant from stopping the others. Every error given to
 * it, or thrown by work that it starts, reaches telemetry and makes the run's outcome `failed`.
 */
export class JobRun {
  readonly id: string;
  readonly #job: string;
  readonly #telemetry: Telemetry;
  #done = 0;
  #failed = 0;
  readonly #overdue = new Set<string>();

  constructor(job: string, id: string, telemetry: Telemetry) {
    this.#job = job;
    this.id = id;
    this.#telemetry = telemetry;
  }

  get done(): number {
    return this.#done;
  }

  get failed(): number {
    return this.#failed;
  }

  get overdue(): number {
    return this.#overdue.size;
  }

  get outcome(): 'done' | 'failed' {
    return this.#failed === 0 ? 'done' : 'failed';
  }

  /** Counts a piece of work that was found past its time; once, however often it is found in this run. */
  late(what: string): void {
    this.#overdue.add(what);
  }

  /** Reports an error and counts it. */
  fail(error: unknown, tenant?: string): void {
    this.#failed += 1;
    this.#telemetry.error(error, { job: this.#job, run: this.id, ...(tenant === undefined ? {} : { tenant }) });
  }

  /** Does one thing that must not keep the next from being done. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Does the work of each tenant, at most `atOnce` at a time, in order. Returns the tenants whose work failed; never throws.
   */
  async each<Item>(
    items: Iterable<Item>,
    atOnce: number,
    tenantOf: (item: Item) => string,
    work: (item: Item) => Promise<void>,
  ): Promise<readonly string[]> {
    const failed: string[] = [];
    const queue = items[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (let next = queue.next(); !next.done; next = queue.next()) {
        const item = next.value;
        try {
          await work(item);
          this.#done += 1;
        } catch (error) {
          failed.push(tenantOf(item));
          this.fail(error, tenantOf(item));
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return failed;
  }
}
