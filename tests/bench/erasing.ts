import { openOperatorStores, openService } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { addDays, civilDay } from '../../src/domain/calendar.ts';
import { CONTRACT_ID, type Contract } from '../../src/domain/contracts/contract.ts';
import { endContract } from '../../src/domain/contracts/contract-changes.ts';
import { STATE_ID, type TenantState } from '../../src/domain/contracts/tenant-state.ts';
import { eraseEndedTenants } from '../../src/jobs/erase-ended-tenants.ts';
import { runJob } from '../../src/jobs/job.ts';
import type { JobContext } from '../../src/jobs/job-table.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { runBackups } from '../../src/jobs/run-backups.ts';
import { DAY, MINUTE } from '../../src/model/instant.ts';
import type { ControlContainer } from '../../src/ports/control-store.ts';
import type { Figure } from './figure.ts';
import { later } from './later-jobs.ts';
import { prepare } from './prepared-tenant.ts';
import { byTurns } from './ratio.ts';

const ROUNDS = 3;
const FEW = { facilities: 2, children: 1_000, sessions: 0 };
const MANY = { facilities: 20, children: 1_000, sessions: 0 };
const TICKS_AT_MOST = 60;

/** Erasing an ended tenant takes time in proportion to what it held. */
export const erasing: Figure = {
  name: 'erasing',
  async measure(workplace) {
    const config = readConfig({ LEYSERKIDS_DATA_DIR: workplace.folder() });
    const rounds = Array.from({ length: ROUNDS }, (_, round) => [`few-${round}`, `many-${round}`]).flat();
    await prepare(
      config.dataDir,
      rounds.map((tenantId) => ({ tenantId, ...planOf(tenantId) })),
    );
    await endContracts(config, rounds);
    const service = await openService(config);
    await runJob(provisionTenants, later(service.jobs, 0));
    await runJob(runBackups, later(service.jobs, DAY));
    const erase = (tenantId: string) =>
      eraseOne(service.jobs, tenantId, (daysUntilEnd(rounds.indexOf(tenantId)) + 1) * DAY);
    const { measured, against } = await byTurns(ROUNDS, {
      against: (round) => erase(`few-${round}`),
      measured: (round) => erase(`many-${round}`),
    });
    await service.close();
    const what = `erasing a tenant of ${recordsOf(MANY)} records, per document, against one of ${recordsOf(FEW)}`;
    return [{ what, measured, against, unit: 'µs', bound: { atMost: 1.5 } }];
  },
};

/** Days apart, so that one is erased at a time; it is over a day after its last day has begun, wherever in the day it is now. */
function daysUntilEnd(nth: number): number {
  return 3 * nth + 1;
}

function planOf(tenantId: string): typeof FEW {
  return tenantId.startsWith('few') ? FEW : MANY;
}

function recordsOf({ facilities, children }: typeof FEW): number {
  return facilities * children;
}

async function endContracts(config: Config, tenantIds: readonly string[]): Promise<void> {
  const operator = await openOperatorStores(config);
  const contracts = operator.control.container<Contract>('contracts');
  const now = Date.now();
  for (const [nth, tenantId] of tenantIds.entries()) {
    const contract = await contracts.get(tenantId, CONTRACT_ID);
    if (contract === undefined) throw new Error(`${tenantId} has no contract`);
    const value = endContract(contract.value, { on: addDays(civilDay(now), daysUntilEnd(nth)) }, now);
    await contracts.replace({ ...contract, value }, contract.etag);
  }
  await operator.close();
}

/** Microseconds per document, from the tick that destroys the key to the tombstone. */
async function eraseOne(jobs: JobContext, tenantId: string, from: number): Promise<number> {
  const states = jobs.control.tenantState as ControlContainer<TenantState>;
  let ms = 0;
  for (let tick = 0; tick < TICKS_AT_MOST; tick += 1) {
    const startedAt = performance.now();
    await runJob(eraseEndedTenants, later(jobs, from + tick * 2 * MINUTE));
    ms += performance.now() - startedAt;
    const { phase, erasure } = (await states.get(tenantId, STATE_ID))?.value ?? {};
    if (phase !== 'tombstone') continue;
    const documents = erasure?.documents ?? 0;
    if (documents < recordsOf(planOf(tenantId))) throw new Error(`only ${documents} documents were erased`);
    return (ms * 1000) / documents;
  }
  throw new Error(`not erased after ${TICKS_AT_MOST} ticks`);
}
