import { CONTRACT_ID, type Contract } from '../domain/contracts/contract.ts';
import { SERVICE_PARTITION } from '../domain/heartbeat.ts';
import { type EpochMs, epochMs, HOUR, type Instant, instant, MINUTE } from '../model/instant.ts';
import type { ControlContainer, ControlReader, StoredControlItem } from '../ports/control-store.ts';

/** How far the jobs have read the contracts: `tenant-state`, partition `$service`, id `contracts-cursor`. */
type Cursor = {
  /** The latest commit time among the contracts read, by the store's clock. */
  readonly seen: EpochMs;
  /** When the last look at all of them was complete, by the host's clock. */
  readonly allAt: Instant;
  /** Tenants to come back to in the next run, whatever their contract's commit time. */
  readonly again: readonly string[];
};

const CURSOR_ID = 'contracts-cursor';
const PAGE = 200;

/** Contracts are read again from this long before the latest seen, because commits may become visible out of order. */
const OVERLAP = 5 * MINUTE;
const ALL_EVERY = HOUR;
/** Bounds the item; who does not fit waits for the hourly look at all contracts. */
const AGAIN_MAX = 500;

/** Looks at a page of contracts; returns the tenants to come back to in the next run. */
export type LookAt = (contracts: readonly StoredControlItem<Contract>[]) => Promise<readonly string[]>;

/**
 * Gives `lookAt` every contract that changed since the last call, those that it asked to see again, and once an hour all of
 * them. Killed at any point, the next call gives the same ones. Returns the tenantIds of all contracts when it was a look at
 * all of them, else undefined. A clock that jumped by more than an hour in either direction brings the look at all of them.
 */
export async function watchContracts(
  contracts: ControlReader<Contract>,
  tenantState: ControlContainer,
  now: EpochMs,
  lookAt: LookAt,
): Promise<ReadonlySet<string> | undefined> {
  const cursors = tenantState as ControlContainer<Cursor>;
  const stored = await cursors.get(SERVICE_PARTITION, CURSOR_ID);
  const last = stored?.value ?? { seen: 0, allAt: instant(0), again: [] };
  const all = Math.abs(now - epochMs(last.allAt)) >= ALL_EVERY;
  const met = new Set<string>();
  const again: string[] = [];
  let seen = last.seen;
  for await (const page of changed(contracts, all ? 0 : seen - OVERLAP)) {
    again.push(...(await lookAt(page)));
    for (const contract of page) {
      met.add(contract.partition);
      seen = Math.max(seen, contract.committedAt);
    }
  }
  for (const tenantId of last.again.filter((tenantId) => !met.has(tenantId))) {
    const contract = await contracts.get(tenantId, CONTRACT_ID);
    if (contract !== undefined) again.push(...(await lookAt([contract])));
  }

  const value = { seen, allAt: all ? instant(now) : last.allAt, again: [...new Set(again)].slice(0, AGAIN_MAX) };
  const item = { partition: SERVICE_PARTITION, id: CURSOR_ID, value, dueAt: null };
  if (stored === undefined) await cursors.create(item);
  else if (JSON.stringify(value) !== JSON.stringify(stored.value)) await cursors.replace(item, stored.etag);
  return all ? met : undefined;
}

async function* changed(
  contracts: ControlReader<Contract>,
  since: EpochMs,
): AsyncGenerator<readonly StoredControlItem<Contract>[]> {
  let after: StoredControlItem<Contract> | undefined;
  do {
    const page = await contracts.changedSince({ since, limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield page;
    after = page.length < PAGE ? undefined : page.at(-1);
  } while (after !== undefined);
}
