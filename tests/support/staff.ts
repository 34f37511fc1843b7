import { randomBytes } from 'node:crypto';
import { ReadLog } from '../../src/domain/audit/read-log.ts';
import { newId } from '../../src/domain/ids.ts';
import { presetGrants } from '../../src/domain/presets.ts';
import {
  ACCOUNTS,
  type Account,
  cardOf,
  type EditablePart,
  newAccount,
  registeredAccount,
} from '../../src/domain/sign-in/account.ts';
import { LOGIN_LOOK_UP, LOGINS } from '../../src/domain/sign-in/account-documents.ts';
import { administratorsChange } from '../../src/domain/sign-in/administrators.ts';
import { codeHash, newCode } from '../../src/domain/sign-in/codes.ts';
import { sessionTokens } from '../../src/domain/sign-in/session-token.ts';
import { confirmSession, startSession } from '../../src/domain/sign-in/sessions.ts';
import { SigningKeys } from '../../src/domain/sign-in/signing-keys.ts';
import type { Change, TenantHandle } from '../../src/domain/tenant-handle.ts';
import type { TenantHandles } from '../../src/domain/tenant-handles.ts';
import { authenticate } from '../../src/endpoints/pipeline/authenticate.ts';
import { type Caller, type EventFacts, type Visitor, visitorEvent } from '../../src/endpoints/pipeline/caller.ts';
import type { Grants } from '../../src/model/grants.ts';
import { instant } from '../../src/model/instant.ts';
import { FakeSigningVault } from '../domain/sign-in/fake-signing-vault.ts';
import type { FakeClock } from './fake-clock.ts';

/** Write on every area of the whole tenant. */
export const EVERYTHING: Grants = presetGrants('administrator', 'all');

/**
 * Makes accounts and signs people in, without passwords: the shortest way to callers as endpoints get them. A caller
 * is what the real `authenticate` makes of a real token.
 */
export function staff(handles: TenantHandles, clock: FakeClock, tenantId = 'sakura') {
  const vault = new FakeSigningVault(clock);
  vault.add();
  const tokens = sessionTokens(new SigningKeys(vault, clock), clock);
  const readLog = new ReadLog(clock);
  const visitor = (address: string | null): Visitor => ({
    address,
    agent: 'Firefox on Windows',
    device: null,
    trace: randomBytes(16).toString('hex'),
    now: clock.now(),
  });
  const event = (facts: EventFacts) => visitorEvent(visitor(null), facts);
  const tenant = async (): Promise<TenantHandle> => (await handles.open(tenantId)).handle;

  /** Stores a changed account as it stands, whoever wrote it in between. */
  async function put(id: string, change: (account: Account) => Account): Promise<void> {
    const handle = await tenant();
    const item = await handle.get(ACCOUNTS, id, 'body');
    if (item === undefined || item.body === null) throw new Error(`no account ${id}`);
    const before = await handle.body(ACCOUNTS, item);
    const after = change(before);
    const record = { kind: ACCOUNTS, id, card: cardOf(after), body: after };
    const administrators = await administratorsChange(handle, { id, before, after }, clock.now());
    await handle.commit(
      [{ type: 'replace', record, etag: item.etag }, ...administrators],
      [event({ action: 'account-changed' })],
    );
  }

  async function accountOf(id: string): Promise<Account> {
    const handle = await tenant();
    const item = await handle.get(ACCOUNTS, id, 'body');
    if (item === undefined || item.body === null) throw new Error(`no account ${id}`);
    return handle.body(ACCOUNTS, item);
  }

  return {
    readLog,
    accountOf,
    put,
    /** A registered account; its account ID is `login`, or nobody's when it is null, which leaves it unregistered. */
    async add(grants: Grants, part: Partial<EditablePart> & { login?: string | null } = {}): Promise<string> {
      const { login = `login-${randomBytes(4).toString('hex')}`, ...editable } = part;
      const id = newId(clock.now());
      const handle = await tenant();
      const standard = {
        displayName: '保育 花子',
        preset: null,
        activeFrom: null,
        activeUntil: null,
        suspended: false,
      };
      const registration = { codeHash: codeHash(newCode()), expiresAt: instant(clock.now() + 1000) };
      const invited = newAccount({ ...standard, ...editable, grants }, registration);
      const account = login === null ? invited : registeredAccount(invited, login, 'no password opens this');
      const document: Change[] =
        login === null
          ? []
          : [
              {
                type: 'create',
                record: { kind: LOGINS, id: handle.lookUp(LOGIN_LOOK_UP, login), clear: { account: id } },
              },
            ];
      const administrators = await administratorsChange(handle, { id, before: undefined, after: account }, clock.now());
      await handle.commit(
        [
          { type: 'create', record: { kind: ACCOUNTS, id, card: cardOf(account), body: account } },
          ...document,
          ...administrators,
        ],
        [event({ action: 'account-created', targetKind: ACCOUNTS.name, targets: [id] })],
      );
      return id;
    },
    /** Signs in, confirmed a moment ago, and gives the token. */
    async signIn(id: string): Promise<string> {
      let secret = '';
      await put(id, (account) => {
        const started = startSession(account.sessions, 'Firefox on Windows', clock.now());
        secret = started.secret;
        return { ...account, sessions: confirmSession(started.sessions, started.session.id, clock.now()) };
      });
      return tokens.issue({ tenant: tenantId, account: id, secret });
    },
    /** The caller of a request that comes with this token now. */
    caller: (token: string, address: string | null = '192.0.2.10'): Promise<Caller> =>
      authenticate(token, visitor(address), { handles, sessionTokens: tokens, readLog, limits: { use: () => {} } }),
  };
}

export type Staff = ReturnType<typeof staff>;
