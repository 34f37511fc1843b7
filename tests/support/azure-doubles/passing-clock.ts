import { FakeClock } from '../fake-clock.ts';

/** A clock on which waits between attempts pass at once and are written down; limits of time run only by `advance`. */
export class PassingClock extends FakeClock {
  readonly waits: number[] = [];

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // Only a limit of time carries a signal: it ends when the attempt does.
    if (signal !== undefined) return super.sleep(ms, signal);
    this.waits.push(ms);
    await this.advance(ms);
  }
}
