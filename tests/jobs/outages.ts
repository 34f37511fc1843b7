import { setImmediate } from 'node:timers/promises';
import { runJob } from '../../src/jobs/job.ts';
import type { JOBS, JobContext } from '../../src/jobs/job-table.ts';
import { SECOND } from '../../src/model/instant.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import type { ErasureService } from './erasure-fixture.ts';
import { watchedLogs } from './log-fixture.ts';
import { watched } from './service-fixture.ts';
import type { CallWatch } from './watched.ts';

/** Which calls go to which of the service's stores. */
export const STORES = {
  data: /^partition\./,
  control: /^(contracts|requests|tenant-state|control)\./,
  vault: /^(tenant-keys|service-keys)\./,
  blobs: /^blobs\./,
  archive: /^archive\./,
} as const;

export type StoreName = keyof typeof STORES;

/** Stores that answer calls with `unavailable` while they are down, also after they have done what was asked. */
export class Outages implements CallWatch {
  readonly #random: () => number;
  #down: readonly StoreName[] = [];
  #chance = 0;
  #refused = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** How many calls were refused. */
  get refused(): number {
    return this.#refused;
  }

  /** From now on these stores refuse such a share of the calls; none of them ends the outage. */
  begin(down: readonly StoreName[], chance: number): void {
    this.#down = down;
    this.#chance = chance;
  }

  before(call: string): void {
    this.#perhaps(call);
  }

  after(call: string): void {
    this.#perhaps(call);
  }

  #perhaps(call: string): void {
    if (!this.#down.some((store) => STORES[store].test(call)) || this.#random() >= this.#chance) return;
    this.#refused += 1;
    throw new StoreError('unavailable', 'the test says so', { unclear: true });
  }
}

/** A process of all jobs whose every call of a store, vault, archive or blob store is watched; with a memory of its own. */
export function watchedJobs(on: ErasureService, calm: JobContext, watch: CallWatch): JobContext {
  const { control, partitions } = on.eraser(watch);
  const { handles, blobs } = on.process(watch);
  const { archives } = watchedLogs(calm, watch);
  const { serviceKeys, tenantKeys } = watched(calm, watch);
  return { ...calm, control, partitions, handles, blobs, archives, serviceKeys, tenantKeys };
}

/** Runs these jobs once, one after another, and lets time pass while one of them waits. */
export async function oneByOne(jobs: typeof JOBS, context: JobContext, clock: FakeClock): Promise<void> {
  for (const job of jobs) {
    let over = false;
    const running = runJob(job, context).finally(() => {
      over = true;
    });
    while (!over) {
      if (clock.sleeping > 0) await clock.advance(30 * SECOND);
      await setImmediate();
    }
    await running;
  }
}
