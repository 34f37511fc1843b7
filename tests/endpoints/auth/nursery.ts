import { randomUUID } from 'node:crypto';
import { type Action, EVENT_KIND, eventOf } from '../../../src/domain/audit/events.ts';
import { CONTRACT_ID } from '../../../src/domain/contracts/contract.ts';
import { withActivation } from '../../../src/domain/contracts/contract-changes.ts';
import { ACCOUNTS, type EditablePart, resetAccount } from '../../../src/domain/sign-in/account.ts';
import { AttemptMemory } from '../../../src/domain/sign-in/attempt-memory.ts';
import { codeHash, newCode } from '../../../src/domain/sign-in/codes.ts';
import { deviceTokens } from '../../../src/domain/sign-in/device-token.ts';
import { FailureEvents } from '../../../src/domain/sign-in/failure-events.ts';
import { NetworkLimits } from '../../../src/domain/sign-in/network-limits.ts';
import type { PasswordHasher } from '../../../src/domain/sign-in/password-hasher.ts';
import { sessionTokens } from '../../../src/domain/sign-in/session-token.ts';
import { SIGN_IN_RULES, SIGN_IN_RULES_ID, type SignInRules } from '../../../src/domain/sign-in/sign-in-rules.ts';
import { SigningKeys } from '../../../src/domain/sign-in/signing-keys.ts';
import { newRegistration } from '../../../src/endpoints/accounts/registration.ts';
import { confirm } from '../../../src/endpoints/auth/confirm.ts';
import { endOneSession } from '../../../src/endpoints/auth/end-session.ts';
import { login } from '../../../src/endpoints/auth/login.ts';
import { logout } from '../../../src/endpoints/auth/logout.ts';
import { changePassword } from '../../../src/endpoints/auth/password.ts';
import { recover } from '../../../src/endpoints/auth/recover.ts';
import { makeRecoveryCodes } from '../../../src/endpoints/auth/recovery-codes.ts';
import { register } from '../../../src/endpoints/auth/register.ts';
import { readSession } from '../../../src/endpoints/auth/session.ts';
import { endSessions, listSessions } from '../../../src/endpoints/auth/sessions.ts';
import { visitorEvent } from '../../../src/endpoints/pipeline/caller.ts';
import { Entrance } from '../../../src/endpoints/pipeline/entrance.ts';
import type { HttpAnswer, HttpCall } from '../../../src/endpoints/pipeline/http-call.ts';
import { answerCall, type PipelineParts } from '../../../src/endpoints/pipeline/pipeline.ts';
import { RequestLimits } from '../../../src/endpoints/pipeline/request-limits.ts';
import { anybody, type Method, type Route, route, signedIn } from '../../../src/endpoints/pipeline/route.ts';
import type { Services } from '../../../src/endpoints/pipeline/services.ts';
import type { Grants } from '../../../src/model/grants.ts';
import type { Operation, PartitionStore } from '../../../src/ports/partition-store.ts';
import { FakeSigningVault } from '../../domain/sign-in/fake-signing-vault.ts';
import { NO_SERVICES } from '../../support/ask.ts';
import { CountingPartition } from '../../support/counting-partition.ts';
import { RecordingTelemetry } from '../../support/recording-telemetry.ts';
import { staff } from '../../support/staff.ts';
import { tenants } from '../../support/tenant.ts';
import { CheapHasher } from './cheap-hasher.ts';

export const PASSWORD = 'plank gravel otter lamp';
export const NEW_PASSWORD = 'violet anchor kettle moss';
export const WRONG = 'quartz bicycle noodle fern';

const ROUTES: readonly Route[] = [
  route('POST', '/auth/register', anybody, register),
  route('POST', '/auth/login', anybody, login),
  route('POST', '/auth/recover', anybody, recover),
  route('POST', '/auth/confirm', signedIn, confirm),
  route('POST', '/auth/logout', signedIn, logout),
  route('POST', '/auth/password', signedIn, changePassword),
  route('POST', '/auth/recovery-codes', signedIn, makeRecoveryCodes),
  route('GET', '/auth/session', signedIn, readSession),
  route('GET', '/auth/sessions', signedIn, listSessions),
  route('DELETE', '/auth/sessions', signedIn, endSessions),
  route('DELETE', '/auth/sessions/{id}', signedIn, endOneSession),
];

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: HttpAnswer['cookies'];
}

/**
 * One tenant over the embedded stores, and what instances of the service make of it. Requests go through the whole
 * pipeline, which refuses what an endpoint does not declare. `counted` counts what reaches the tenants' partitions.
 */
export async function nursery(options: { readonly hasher?: () => PasswordHasher } = {}) {
  const counted = new CountingPartition();
  let beforeAccount: (() => Promise<unknown>) | undefined;
  const wrap = (store: PartitionStore): PartitionStore => {
    const inner = counted.wrap(store);
    return {
      ...inner,
      async commit(gate, operations) {
        const hook = beforeAccount;
        if (hook !== undefined && operations.some(writesAccount)) {
          beforeAccount = undefined;
          await hook();
        }
        return inner.commit(gate, operations);
      },
    };
  };
  const all = await tenants({ wrap });
  const { clock } = all;
  const tenant = await all.provision();
  const people = staff(all.handles, clock);
  const telemetry = new RecordingTelemetry();
  const vault = new FakeSigningVault(clock);
  vault.add();
  const { hasher = () => new CheapHasher() } = options;

  /** One instance of the service, with a memory of its own. */
  function instance() {
    const { handles } = all.instance();
    const keys = new SigningKeys(vault, clock);
    const devices = deviceTokens(keys, clock);
    const own = {
      clock,
      telemetry,
      readLog: people.readLog,
      hasher: hasher(),
      entrance: new Entrance(handles, clock),
      networkLimits: new NetworkLimits(clock),
      attempts: new AttemptMemory(),
      failureEvents: new FailureEvents(clock),
      sessionTokens: sessionTokens(keys, clock),
      deviceTokens: devices,
    };
    const services: Services = new Proxy(NO_SERVICES, {
      get: (none, property) => (property in own ? own[property as keyof typeof own] : Reflect.get(none, property)),
    });
    const parts = (address: string): PipelineParts => ({
      handles,
      sessionTokens: own.sessionTokens,
      readLog: people.readLog,
      limits: new RequestLimits(clock),
      deviceOf: async (cookie) => (await devices.check(cookie))?.device,
      addressOf: () => address,
      origin: 'http://localhost:7071',
      refuseUndeclared: true,
      services,
    });
    return { ...own, parts };
  }
  const first = instance();

  /** A browser with its own cookies, at an address of its own unless told. */
  function browser(at: ReturnType<typeof instance> = first, address = newAddress()) {
    const jar = new Map<string, string>();
    const parts = at.parts(address);
    return {
      jar,
      async send(method: Method, path: string, body?: object): Promise<Answered> {
        const answer = await answerCall(callOf(method, path, body, jar), routesOf(path), parts);
        for (const { name, value, maxAge } of answer.cookies) {
          if (maxAge === 0) jar.delete(name);
          else jar.set(name, value);
        }
        const text = answer.body === undefined ? undefined : answer.body.toString();
        return { ...answer, body: text === undefined ? undefined : JSON.parse(text) };
      },
      login(loginId: string, password = PASSWORD, tenantId = 'sakura'): Promise<Answered> {
        return this.send('POST', '/auth/login', { tenant: tenantId, loginId, password });
      },
    };
  }

  const happened = (action: Action) =>
    visitorEvent({ address: null, agent: '', device: null, trace: '', now: clock.now() }, { action });

  /** Resets the account, registered or not, with a new code. */
  async function newCodeFor(id: string): Promise<string> {
    const issued = newRegistration(id, clock.now());
    await people.put(id, (account) => resetAccount(account, issued.registration));
    await tenant.commit([issued.document], [happened('account-reset')]);
    return issued.code;
  }

  return {
    ...people,
    clock,
    counted,
    tenant,
    telemetry,
    vault,
    contracts: all.contracts,
    provision: all.provision,
    /** Takes the tenant's gate away, as erasure begins with. */
    closeGate: () => all.partitions.of('sakura').closeGate(),
    first,
    instance,
    browser,
    /** Runs `hook` once, when the next commit that writes an account is about to reach the store. */
    beforeAccountCommit(hook: () => Promise<unknown>): void {
      beforeAccount = hook;
    },
    /** A person with an account ID and `PASSWORD`. */
    async person(login: string, grants = {}, part: Parameters<typeof people.add>[1] = {}): Promise<string> {
      const id = await people.add(grants, { ...part, login });
      const passwordHash = await first.hasher.withPlace((place) => place.hash(PASSWORD));
      await people.put(id, (account) => ({ ...account, passwordHash }));
      return id;
    },
    newCodeFor,
    /** Writes sign-in rules; instances that have read others know them within 30 s. */
    async setRules(body: SignInRules): Promise<void> {
      const record = { kind: SIGN_IN_RULES, id: SIGN_IN_RULES_ID, body };
      await tenant.commit([{ type: 'create', record }], [happened('sign-in-rules-changed')]);
    },
    /** An invited person: account and code as the administrator's endpoints make them. */
    async invite(grants: Grants = {}, part: Partial<EditablePart> = {}): Promise<{ id: string; code: string }> {
      const id = await people.add(grants, { ...part, login: null });
      return { id, code: await newCodeFor(id) };
    },
    /** Gives the contract a new activation code, as the operators' tool does. */
    async issueActivation(tenantId = 'sakura'): Promise<string> {
      const code = newCode();
      const item = await all.contracts.get(tenantId, CONTRACT_ID);
      if (item === undefined) throw new Error('no contract');
      const value = withActivation(item.value, codeHash(code), clock.now());
      await all.contracts.replace({ partition: tenantId, id: CONTRACT_ID, value, dueAt: null }, item.etag);
      return code;
    },
    /** Events, the newest first, of these actions or all. */
    async events(...actions: readonly string[]) {
      const items = await all.partitions.of('sakura').timeline({ kind: EVENT_KIND, limit: 500 });
      return items.map(eventOf).filter(({ action }) => actions.length === 0 || actions.includes(action));
    },
  };
}

export type Nursery = Awaited<ReturnType<typeof nursery>>;

function writesAccount(operation: Operation): boolean {
  return operation.type !== 'delete' && operation.item.kind === ACCOUNTS.name;
}

let addresses = 0;
function newAddress(): string {
  addresses += 1;
  return `198.51.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`;
}

function routesOf(path: string): ReadonlyMap<Method, Route> {
  const form = path.replace(/^(\/auth\/sessions)\/.+/, '$1/{id}');
  return new Map(ROUTES.filter((one) => one.path === form).map((one) => [one.method, one]));
}

function callOf(method: Method, path: string, body: object | undefined, jar: ReadonlyMap<string, string>): HttpCall {
  const bytes = new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body));
  const headers = new Headers({
    'sec-fetch-site': 'same-origin',
    'user-agent': 'Mozilla/5.0 (iPad) Version/18 Safari/1',
  });
  if (body !== undefined) headers.set('content-type', 'application/json');
  headers.set('content-length', String(bytes.byteLength));
  headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
  const id = /^\/auth\/sessions\/(.+)/.exec(path)?.[1];
  return {
    trace: randomUUID().replaceAll('-', ''),
    method,
    path,
    headers,
    params: id === undefined ? {} : { id },
    query: new URLSearchParams(),
    body: async () => bytes,
  };
}
