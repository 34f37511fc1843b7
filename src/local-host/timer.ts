import { Cron } from 'croner';
import { CRON_OPTIONS } from './ncrontab.ts';

/** What a timer trigger hands over, with the key names that the host's JSON has. Times are ISO 8601 in UTC. */
export interface TimerInput {
  readonly Schedule: { readonly AdjustForDST: boolean };
  readonly ScheduleStatus: { readonly Last: string; readonly LastUpdated: string; readonly Next: string };
  readonly IsPastDue: boolean;
}

/** What the host's JSON says before the first run: .NET's smallest time. */
const NEVER = '0001-01-01T00:00:00.000Z';

/**
 * One timer of the app. Two runs of it never overlap: a tick that falls into a run is left out, and a run that is asked
 * for meanwhile follows right after. Nothing is caught up after a stop, and `IsPastDue` is always false: this host keeps
 * no record of runs across starts.
 */
export class Timer {
  readonly name: string;
  readonly #cron: Cron;
  readonly #invoke: (input: TimerInput) => Promise<unknown>;
  readonly #report: (error: unknown) => void;
  #last = NEVER;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /**
   * `pattern` comes from `readNcrontab`. `report` receives what a scheduled run threw: nobody waits for it.
   */
  constructor(
    name: string,
    pattern: string,
    invoke: (input: TimerInput) => Promise<unknown>,
    report: (error: unknown) => void,
  ) {
    this.name = name;
    this.#invoke = invoke;
    this.#report = report;
    this.#cron = new Cron(pattern, CRON_OPTIONS, () => this.#tick());
  }

  /** Runs at its times from now on. */
  start(): void {
    this.#cron.resume();
  }

  /** No further run starts by itself; one that is under way goes on. */
  stop(): void {
    this.#cron.stop();
  }

  /** The run that is under way, if any; never rejects. */
  get running(): Promise<void> | undefined {
    return this.#running?.catch(() => {});
  }

  /**
   * Resolves when a run that began after this call has ended; rejects with what it threw. Calls that wait for the same
   * run share it.
   */
  run(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return this.#begin();
    this.#next = this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#begin();
      });
    return this.#next;
  }

  async #tick(): Promise<void> {
    // Also while a run that was asked for waits its turn: it begins within this moment.
    if (this.#running !== undefined || this.#next !== undefined) return;
    await this.#begin().catch(this.#report);
  }

  #begin(): Promise<void> {
    this.#running = this.#once().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #once(): Promise<void> {
    const at = new Date().toISOString();
    const input: TimerInput = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: this.#last, LastUpdated: this.#last, Next: this.#cron.nextRun()?.toISOString() ?? NEVER },
      IsPastDue: false,
    };
    this.#last = at;
    await this.#invoke(input);
  }
}
