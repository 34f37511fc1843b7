import type { Caller } from '../../../src/endpoints/pipeline/caller.ts';
import type { SessionEndpoint } from '../../../src/endpoints/pipeline/endpoint.ts';
import type { Services } from '../../../src/endpoints/pipeline/services.ts';
import type { Grants } from '../../../src/model/grants.ts';
import { changedTenant } from '../../jobs/restore-fixture.ts';
import { type Asked, ask, NO_SERVICES } from '../../support/ask.ts';
import { EVERYTHING, staff } from '../../support/staff.ts';

/** A tenant with one good generation and changes after it, an administrator who has confirmed, and the jobs beside. */
export async function backedUpNursery() {
  const made = await changedTenant();
  const { on } = made;
  const { handles } = on.process();
  const people = staff(handles, on.clock);
  const admin = await people.add(EVERYTHING);
  const token = await people.signIn(admin);
  const own: Partial<Services> = { requests: on.context.control.requests, tenantState: on.tenantState };
  const services = new Proxy(NO_SERVICES, {
    get: (none, property) => own[property as keyof Services] ?? Reflect.get(none, property),
  }) as Services;
  return {
    ...made,
    admin,
    services,
    asAdmin: () => people.caller(token),
    /** Somebody with these grants, signed in. */
    as: async (grants: Grants): Promise<Caller> => people.caller(await people.signIn(await people.add(grants))),
    call: <P, Q, B>(endpoint: SessionEndpoint<P, Q, B>, caller: Caller, asked: Asked = {}) =>
      ask(endpoint, caller, asked, services),
  };
}
