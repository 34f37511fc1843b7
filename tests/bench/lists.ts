import type { SessionEndpoint } from '../../src/endpoints/pipeline/endpoint.ts';
import type { Services } from '../../src/endpoints/pipeline/services.ts';
import { listChildren, searchChildren } from '../../src/endpoints/records/record-endpoints.ts';
import { benchStores } from './big-tenant.ts';
import { byTurns, type Figure, type Measured, median, ms } from './figure.ts';

type Stores = ReturnType<typeof benchStores>;
type Tenant = Awaited<ReturnType<Stores['tenant']>>;

const CHILDREN_OF_FACILITY = 200;

/** An endpoint's own work, for a caller who is read anew as with each request; without holding the answer to its schema. */
async function worked<Q, B>(
  { handle }: SessionEndpoint<undefined, Q, B>,
  { director }: Tenant,
  input: { readonly query: Q } | { readonly body: B },
): Promise<{ readonly items: readonly unknown[] }> {
  const given = {
    params: undefined,
    query: undefined as Q,
    body: undefined as B,
    ifMatch: undefined,
    ifNoneMatch: false,
  };
  const { body } = await handle(await director(), { ...given, ...input }, {} as Services);
  return body as { items: readonly unknown[] };
}

async function facilityList(tenant: Tenant): Promise<void> {
  const { items } = await worked(listChildren, tenant, { query: { facility: tenant.facilities[0] ?? '' } });
  const { length } = items;
  if (length !== CHILDREN_OF_FACILITY) throw new Error(`the list holds ${length}`);
}

async function pageById(tenant: Tenant): Promise<void> {
  const { items } = await worked(listChildren, tenant, { query: { limit: 50 } });
  if (items.length !== 50) throw new Error('the page is not full');
}

/** For a name that nobody has, so that every card is looked at. */
async function search(tenant: Tenant): Promise<void> {
  const { items } = await worked(searchChildren, tenant, { body: { text: 'ぬらりひょん' } });
  if (items.length > 0) throw new Error('somebody has that name');
}

/** A small tenant (one facility) beside a large one (100 facilities, 20,000 children), in the same stores. */
async function withTenants(measure: (small: Tenant, large: Tenant) => Promise<Measured>): Promise<Measured> {
  const stores = benchStores();
  try {
    const small = await stores.tenant('small', 1, CHILDREN_OF_FACILITY);
    const large = await stores.tenant('large', 100, CHILDREN_OF_FACILITY);
    return await measure(small, large);
  } finally {
    stores.close();
  }
}

export const FACILITY_LIST: Figure = {
  name: 'facility-list',
  what: 'sorted list of one facility: tenant with 100 facilities / with 1',
  bound: { kind: 'at most', value: 1.5 },
  measure: () =>
    withTenants(async (small, large) => {
      const [one, hundred] = await byTurns(
        40,
        () => facilityList(small),
        () => facilityList(large),
      );
      return { ratio: hundred / one, told: `${ms(hundred)} / ${ms(one)} for ${CHILDREN_OF_FACILITY} children` };
    }),
};

export const ID_PAGE: Figure = {
  name: 'id-page',
  what: 'page of 50 in id order: tenant with 20,000 children / with 200',
  bound: { kind: 'at most', value: 1.5 },
  measure: () =>
    withTenants(async (small, large) => {
      const [few, many] = await byTurns(
        40,
        () => pageById(small),
        () => pageById(large),
      );
      return { ratio: many / few, told: `${ms(many)} / ${ms(few)}` };
    }),
};

export const SEARCH: Figure = {
  name: 'search',
  what: 'search in 20,000 children, per child / sorted list of a facility, per child',
  bound: { kind: 'at most', value: 2 },
  measure: () =>
    withTenants(async (small, large) => {
      const [list, found] = await byTurns(
        8,
        () => facilityList(large),
        () => search(large),
      );
      const perListed = list / CHILDREN_OF_FACILITY;
      const perSearched = found / large.children;
      const [alone, meanwhile] = await otherRequests(small, large);
      const others = `others meanwhile: ${ms(meanwhile)} at worst, ${ms(alone)} alone`;
      return { ratio: perSearched / perListed, told: `${ms(found)} for ${large.children}; ${others}` };
    }),
};

/** What a page of another tenant takes: alone in the median, and at worst while searches run. */
async function otherRequests(small: Tenant, large: Tenant): Promise<readonly [number, number]> {
  const timed = async () => {
    const began = performance.now();
    await pageById(small);
    return performance.now() - began;
  };
  const alone: number[] = [];
  for (let round = 0; round < 20; round += 1) alone.push(await timed());
  let searching = true;
  const searches = (async () => {
    for (let round = 0; round < 3; round += 1) await search(large);
    searching = false;
  })();
  const meanwhile: number[] = [];
  while (searching) {
    // A request comes from outside: it waits for its turn like every other.
    await new Promise(setImmediate);
    meanwhile.push(await timed());
  }
  await searches;
  return [median(alone), Math.max(...meanwhile)];
}
