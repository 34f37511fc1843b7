import type { Caller } from '../../../src/endpoints/pipeline/caller.ts';
import type { Services } from '../../../src/endpoints/pipeline/services.ts';
import * as records from '../../../src/endpoints/records/record-endpoints.ts';
import type { Area, FacilityScope, Grants } from '../../../src/model/grants.ts';
import type { PartitionStore } from '../../../src/ports/partition-store.ts';
import { ask, NO_SERVICES } from '../../support/ask.ts';
import { CountingPartition } from '../../support/counting-partition.ts';
import { EVERYTHING, staff } from '../../support/staff.ts';
import { tenants } from '../../support/tenant.ts';

export type Shown = { readonly id: string; readonly etag: string } & Readonly<Record<string, unknown>>;

/** Grants of one area. */
export function only(area: Area, level: 'read' | 'write', facilities: FacilityScope): Grants {
  return { [area]: { level, facilities } };
}

/**
 * One tenant over the embedded store, on a Tuesday in November 2026 (令和8年度), with somebody who may do everything.
 * `counted` counts what reaches the store; `between` may put something of a test there.
 */
export async function nursery(between: (store: PartitionStore) => PartitionStore = (store) => store) {
  const counted = new CountingPartition();
  const own = await tenants({ wrap: (store) => counted.wrap(between(store)) });
  const handle = await own.provision();
  const people = staff(own.handles, own.clock);
  const signIn = async (grants: Grants) => people.signIn(await people.add(grants));
  const director = await signIn(EVERYTHING);
  const requests = own.control.container('requests');
  const services: Services = new Proxy(NO_SERVICES, {
    get: (none, property) => (property === 'requests' ? requests : Reflect.get(none, property)),
  });

  const as = (token: string): Promise<Caller> => people.caller(token);
  const shown = (body: unknown) => body as Shown;
  const me = () => as(director);

  async function facility(fields: object = {}): Promise<Shown> {
    const body = { name: 'さくら保育園', type: 'nursery', ...fields };
    return shown((await ask(records.createFacility, await me(), { body })).body);
  }
  async function schoolClass(of: string, fields: object = {}): Promise<Shown> {
    const body = { facility: of, schoolYear: 2026, name: 'ひよこ組', ages: [0], ...fields };
    return shown((await ask(records.createClass, await me(), { body })).body);
  }
  async function child(of: string, fields: object = {}): Promise<Shown> {
    return shown((await ask(records.createChild, await me(), { body: aChild(of, fields) })).body);
  }
  return {
    ...own,
    counted,
    handle,
    requests,
    services,
    signIn,
    as,
    me,
    facility,
    schoolClass,
    child,
    /** All audit events of an action, the newest first. */
    async events(action: string) {
      const where = [{ field: 'action', is: action }];
      return own.partitions.of('sakura').timeline({ kind: 'event', where, limit: 500 });
    },
  };
}

export type Nursery = Awaited<ReturnType<typeof nursery>>;

export function aChild(facility: string, fields: object = {}): object {
  return {
    facility,
    familyName: '山田',
    givenName: '花子',
    familyNameKana: 'やまだ',
    givenNameKana: 'はなこ',
    birthDate: '2023-05-01',
    enrolments: [{ from: '2024-04-01' }],
    ...fields,
  };
}

/** What a list's answer shows, in its order. */
export function items(answer: { readonly body?: unknown }): readonly Shown[] {
  return (answer.body as { readonly items: readonly Shown[] }).items;
}

export function ids(answer: { readonly body?: unknown }): readonly string[] {
  return items(answer).map(({ id }) => id);
}
