import { randomBytes } from 'node:crypto';
import { openOperatorStores, openService } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { CHILDREN } from '../../src/domain/collections/children.ts';
import { CLASSES } from '../../src/domain/collections/classes.ts';
import type { Collection } from '../../src/domain/collections/collection.ts';
import { FACILITIES } from '../../src/domain/collections/facilities.ts';
import { recordWrite, uniqueChanges } from '../../src/domain/collections/record-writes.ts';
import { CONTRACT_ID } from '../../src/domain/contracts/contract.ts';
import { createContract } from '../../src/domain/contracts/contract-changes.ts';
import { newId } from '../../src/domain/ids.ts';
import { presetGrants } from '../../src/domain/presets.ts';
import { ACCOUNTS, cardOf, newAccount, registeredAccount } from '../../src/domain/sign-in/account.ts';
import type { SessionTokens } from '../../src/domain/sign-in/session-token.ts';
import { startSession } from '../../src/domain/sign-in/sessions.ts';
import type { Change, TenantHandle } from '../../src/domain/tenant-handle.ts';
import { type EventFacts, visitorEvent } from '../../src/endpoints/pipeline/caller.ts';
import { SESSION_COOKIE } from '../../src/endpoints/pipeline/cookies.ts';
import { runJob } from '../../src/jobs/job.ts';
import { keepKeys } from '../../src/jobs/keep-keys.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { instant } from '../../src/model/instant.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { childFields, classFields, facilityFields } from './invented-records.ts';

/** What a tenant is to hold. */
export interface TenantPlan {
  readonly tenantId: string;
  readonly facilities: number;
  /** Enrolled in each facility, all in its one class. */
  readonly children: number;
  /** People with the rights of a director everywhere, each signed in once. */
  readonly sessions: number;
}

export interface PreparedTenant {
  readonly facilities: readonly string[];
  /** The cookie of the nth session, round and round. */
  readonly cookie: (nth: number) => string;
  /** The child that was made last; undefined where there are none. */
  readonly lastChild: string | undefined;
}

/** Operations of one commit beside its event, as imports fill it. */
const OPERATIONS = 96;

/**
 * Makes tenants by the rules themselves in a new data folder, on which a service is started afterwards: signing in and
 * writing over HTTP are limited, so that tens of thousands of records would take minutes.
 */
export async function prepare<const Plans extends readonly TenantPlan[]>(
  dataFolder: string,
  plans: Plans,
): Promise<{ readonly [Index in keyof Plans]: PreparedTenant }> {
  const config = readConfig({ LEYSERKIDS_DATA_DIR: dataFolder });
  const operator = await openOperatorStores(config);
  for (const { tenantId } of plans) {
    const terms = { tenantId, name: tenantId, startsOn: '2020-04-01', endsOn: null };
    const value = createContract(terms, Date.now());
    await operator.control.container('contracts').create({ partition: tenantId, id: CONTRACT_ID, value, dueAt: null });
  }
  await operator.close();
  const service = await openService(config);
  try {
    const jobs = { ...service.jobs, telemetry: new RecordingTelemetry() };
    await runJob(keepKeys, jobs);
    await runJob(provisionTenants, jobs);
    const { handles, sessionTokens } = service.api;
    const prepared: PreparedTenant[] = [];
    for (const plan of plans) {
      const { handle } = await handles.open(plan.tenantId);
      const records = await fillFacilities(handle, plan);
      const cookies = await signInPeople(handle, sessionTokens, plan.sessions);
      prepared.push({ ...records, cookie: (nth) => cookies[nth % cookies.length] ?? '' });
    }
    return prepared as { readonly [Index in keyof Plans]: PreparedTenant };
  } finally {
    await service.close();
  }
}

async function fillFacilities(
  handle: TenantHandle,
  plan: TenantPlan,
): Promise<Pick<PreparedTenant, 'facilities' | 'lastChild'>> {
  const facilities: string[] = [];
  let lastChild: string | undefined;
  for (let at = 0; at < plan.facilities; at += 1) {
    const [id, schoolClass] = [newId(Date.now()), newId(Date.now())];
    facilities.push(id);
    const place = [
      ...creation(handle, FACILITIES, id, facilityFields(at)),
      ...creation(handle, CLASSES, schoolClass, classFields(id)),
    ];
    await commit(handle, place, { action: 'record-created' });
    let changes: Change[] = [];
    for (let nth = 0; nth < plan.children; nth += 1) {
      lastChild = newId(Date.now());
      const isLast = at + 1 === plan.facilities && nth + 1 === plan.children;
      changes.push(...creation(handle, CHILDREN, lastChild, childFields(id, schoolClass, nth, isLast)));
      if (changes.length < OPERATIONS && nth + 1 < plan.children) continue;
      await commit(handle, changes, { action: 'records-imported', facility: id });
      changes = [];
    }
  }
  return { facilities, lastChild };
}

function creation<Fields extends object, Card extends object>(
  handle: TenantHandle,
  collection: Collection<Fields, Card>,
  id: string,
  fields: Fields,
): readonly Change[] {
  const record = recordWrite(collection, id, fields, { made: undefined, closedOn: null });
  const after = { facility: collection.index(id, fields).facility, card: collection.card(fields) };
  return [{ type: 'create', record }, ...uniqueChanges(handle, collection, id, undefined, after)];
}

async function signInPeople(handle: TenantHandle, tokens: SessionTokens, count: number): Promise<readonly string[]> {
  const cookies: string[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const now = Date.now();
    const id = newId(now);
    const part = { displayName: `職員 ${nth}`, grants: presetGrants('director', 'all'), preset: null };
    const always = { activeFrom: null, activeUntil: null, suspended: false };
    const invited = newAccount({ ...part, ...always }, { codeHash: '', expiresAt: instant(now) });
    const registered = registeredAccount(invited, `shokuin${nth}`, 'no password opens this');
    const { sessions, secret } = startSession(registered.sessions, 'Firefox on Windows', now);
    const account = { ...registered, sessions };
    const record = { kind: ACCOUNTS, id, card: cardOf(account), body: account };
    await commit(handle, [{ type: 'create', record }], { action: 'account-created' });
    const token = await tokens.issue({ tenant: handle.tenantId, account: id, secret });
    cookies.push(`${SESSION_COOKIE}=${token}`);
  }
  return cookies;
}

async function commit(handle: TenantHandle, changes: readonly Change[], facts: EventFacts): Promise<void> {
  const trace = randomBytes(16).toString('hex');
  const visitor = { address: null, agent: 'bench', device: null, trace, now: Date.now() };
  await handle.commit(changes, [visitorEvent(visitor, facts)]);
}
