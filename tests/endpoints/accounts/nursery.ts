import { type Action, EVENT_KIND, eventOf } from '../../../src/domain/audit/events.ts';
import { FACILITIES } from '../../../src/domain/collections/facilities.ts';
import { newId } from '../../../src/domain/ids.ts';
import type { Answer } from '../../../src/endpoints/pipeline/answer.ts';
import { visitorEvent } from '../../../src/endpoints/pipeline/caller.ts';
import type { PartitionStore } from '../../../src/ports/partition-store.ts';
import { EVERYTHING, staff } from '../../support/staff.ts';
import { tenants } from '../../support/tenant.ts';

/** Something that a test does just before a commit reaches the store. */
export type BeforeCommit = () => Promise<void> | void;

/** A tenant with two facilities and one administrator of everything, signed in. */
export async function nursery() {
  let beforeCommit: BeforeCommit | undefined;
  let commits = 0;
  const wrap = (store: PartitionStore): PartitionStore => ({
    ...store,
    async commit(gate, operations) {
      const hook = beforeCommit;
      beforeCommit = undefined;
      await hook?.();
      const receipt = await store.commit(gate, operations);
      commits += 1;
      return receipt;
    },
  });
  const all = await tenants({ wrap });
  const tenant = await all.provision();
  const people = staff(all.handles, all.clock);
  const facilities = [newId(all.clock.now()), newId(all.clock.now())] as const;
  await tenant.commit(
    facilities.map((id) => ({
      type: 'create' as const,
      record: { kind: FACILITIES.kind, id, index: { facility: id }, card: {}, body: {} },
    })),
    [
      visitorEvent(
        { address: null, agent: '', device: null, trace: '', now: all.clock.now() },
        { action: 'record-created' },
      ),
    ],
  );
  const admin = await people.add(EVERYTHING, { displayName: '園長 一郎', login: 'admin' });
  const token = await people.signIn(admin);
  return {
    ...people,
    clock: all.clock,
    tenant,
    handles: all.handles,
    north: facilities[0],
    south: facilities[1],
    admin,
    /** A request of the administrator, now. */
    asAdmin: () => people.caller(token),
    /** A request of somebody with a new session. */
    as: async (id: string) => people.caller(await people.signIn(id)),
    /** Runs once, when the next commit is about to be made. */
    beforeNextCommit: (hook: BeforeCommit) => {
      beforeCommit = hook;
    },
    commits: () => commits,
    /** All events of an action, the newest first. Within one instant of the clock their order is any. */
    events: async (action: Action) => {
      const where = [{ field: 'action', is: action }];
      return (await tenant.timeline({ kind: EVENT_KIND, where, limit: 500 })).map(eventOf);
    },
    /** The account's ETag. */
    etag: async (id: string) => (await people.accountOf(id)).revision,
  };
}

export type Nursery = Awaited<ReturnType<typeof nursery>>;

export function bodyOf<T>(answer: Answer): T {
  return answer.body as T;
}
