import { onTestFinished } from 'vitest';
import type { EpochMs } from '../../src/model/instant.ts';
import type { ItemIndex, JobPartitionStore, NewItem, Operation, StoredItem } from '../../src/ports/partition-store.ts';
import { isStoreError } from '../../src/ports/store-error.ts';
import { FAKE_START, FakeClock } from '../support/fake-clock.ts';

/** What an adapter gives its contract: new and empty each time it is made. */
export interface PartitionFixture {
  /** The store of one tenant; several of the same tenant see the same items. */
  of(tenantId: string): JobPartitionStore;
  /** The clock by which the adapter judges expiry. */
  readonly clock: FakeClock;
  /** Sets the store's own time to a whole second; later than any set before. */
  setStoreTime(at: EpochMs): void;
  /** Closes the store and opens it again, as a restart does. Stores of before are not used any more. */
  reopen(): Promise<void>;
  dispose(): Promise<void>;
}

export type MakePartitionFixture = (clock: FakeClock) => Promise<PartitionFixture>;

export const GATE = 'gate:1';

/** A fixture for one test. */
export async function partitionFixture(make: MakePartitionFixture): Promise<PartitionFixture> {
  const fixture = await make(new FakeClock(FAKE_START));
  onTestFinished(() => fixture.dispose());
  fixture.setStoreTime(FAKE_START);
  return fixture;
}

/** A fixture and the store of one tenant whose first gate stands. */
export async function openTenant(
  make: MakePartitionFixture,
  tenantId = 'sakura',
): Promise<{ fixture: PartitionFixture; store: JobPartitionStore }> {
  const fixture = await partitionFixture(make);
  const store = fixture.of(tenantId);
  await store.openGate({ name: GATE, content: { keyVersion: 'v1' } });
  return { fixture, store };
}

export function item(kind: string, id: string, rest: Partial<NewItem> = {}): NewItem {
  return { kind, id, index: {}, clear: null, card: null, body: null, expiresAt: null, ...rest };
}

/** A child's record with both sealed parts, as most of the store's items are. */
export function child(id: string, index: ItemIndex = {}, rest: Partial<NewItem> = {}): NewItem {
  return item('child', id, { index, card: `card of ${id}`, body: `body of ${id}`, ...rest });
}

export function create(created: NewItem): Operation {
  return { type: 'create', item: created };
}

export function replace(replaced: NewItem, etag: string): Operation {
  return { type: 'replace', item: replaced, etag };
}

/** Creates the items, each batch under the first gate; returns their etags in order. */
export async function put(store: JobPartitionStore, items: readonly NewItem[]): Promise<string[]> {
  const etags: string[] = [];
  for (let start = 0; start < items.length; start += 50) {
    const receipt = await store.commit(GATE, items.slice(start, start + 50).map(create));
    etags.push(...receipt.etags.map((etag) => etag ?? 'no etag'));
  }
  return etags;
}

export function ids(items: readonly StoredItem[]): string[] {
  return items.map((each) => each.id);
}

/** How a call ended: `done`, or the kind of its StoreError. Any other error fails the test. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (isStoreError(error)) return error.kind;
    throw error;
  }
}
