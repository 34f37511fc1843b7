import { describe, expect, test } from 'vitest';
import { endAccountSessions } from '../../../src/endpoints/accounts/end-account-sessions.ts';
import { listAccountSessions } from '../../../src/endpoints/accounts/list-account-sessions.ts';
import { setSignInRules } from '../../../src/endpoints/accounts/set-sign-in-rules.ts';
import { HOUR, instant, SECOND } from '../../../src/model/instant.ts';
import { ask, refusedAs } from '../../support/ask.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { bodyOf, type Nursery, nursery } from './nursery.ts';

interface Listed {
  readonly items: readonly { id: string; device: string; signedInAt: string; lastUsedAt: string }[];
}

async function list(there: Nursery, id: string): Promise<Listed['items']> {
  return bodyOf<Listed>(await ask(listAccountSessions, await there.asAdmin(), { params: { id } })).items;
}

async function signOut(there: Nursery, id: string) {
  return ask(endAccountSessions, await there.asAdmin(), { params: { id } });
}

describe('the sessions of an account', () => {
  test('are listed with device and times, the latest first, and nothing that opens one', async () => {
    const there = await nursery();
    const id = await there.add({});
    await there.signIn(id);
    const first = there.clock.now();
    await there.clock.advance(HOUR);
    const token = await there.signIn(id);
    const shown = await list(there, id);
    expect(shown.map(({ signedInAt }) => signedInAt)).toEqual([instant(there.clock.now()), instant(first)]);
    expect(shown.map(({ device }) => device)).toEqual(['Firefox on Windows', 'Firefox on Windows']);
    for (const session of (await there.accountOf(id)).sessions) {
      expect(JSON.stringify(shown)).not.toContain(session.secretHash);
    }
    expect(JSON.stringify(shown)).not.toContain(token);
  });

  test('are left out when they have ended, the length that the tenant set included', async () => {
    const there = await nursery();
    const id = await there.add({});
    await there.signIn(id);
    await there.clock.advance(6 * HOUR);
    const rules = { allowedNetworks: [], sessionHours: 7 };
    await ask(setSignInRules, await there.asAdmin(), { body: rules, ifNoneMatch: true });
    expect(await list(there, id)).toHaveLength(1);
    await there.clock.advance(HOUR);
    const admin = await there.as(there.admin);
    expect(bodyOf<Listed>(await ask(listAccountSessions, admin, { params: { id } })).items).toEqual([]);
  });

  test('are noted as looked at, before they are shown, once an hour', async () => {
    const there = await nursery();
    const id = await there.add({});
    await list(there, id);
    await list(there, id);
    const noted = (await there.events('records-listed')).filter(({ targetKind }) => targetKind === 'session');
    expect(noted).toMatchObject([{ action: 'records-listed', actor: there.admin, targets: [id] }]);
  });

  test('are 404 for an unknown account', async () => {
    const there = await nursery();
    expect(await refusedAs(list(there, '0190a1b2-c3d4-7abc-8def-0123456789ab'))).toBe('not-found');
    expect(await refusedAs(signOut(there, '0190a1b2-c3d4-7abc-8def-0123456789ab'))).toBe('not-found');
  });
});

describe('signing an account out everywhere', () => {
  test('ends every session with its very next request, and the person may sign in again', async () => {
    const there = await nursery();
    const id = await there.add({});
    const tokens = [await there.signIn(id), await there.signIn(id)];
    expect((await signOut(there, id)).status).toBe(204);
    for (const token of tokens) expect(await refusedAs(there.caller(token))).toBe('unauthenticated');
    await there.as(id);
    const told = { actor: there.admin, targets: [id], reason: 'by-administrator' };
    expect(await there.events('session-ended')).toMatchObject([told]);
  });

  test('again succeeds without a write', async () => {
    const there = await nursery();
    const id = await there.add({});
    await there.signIn(id);
    await signOut(there, id);
    const before = there.commits();
    expect((await signOut(there, id)).status).toBe(204);
    expect(there.commits()).toBe(before);
  });

  test('also ends a session that begins at the same moment, or comes before it', async () => {
    const there = await nursery();
    const id = await there.add({});
    await there.signIn(id);
    const caller = await there.asAdmin();
    let meanwhile = '';
    there.beforeNextCommit(async () => {
      meanwhile = await there.signIn(id);
    });
    await ask(endAccountSessions, caller, { params: { id } });
    expect(await refusedAs(there.caller(meanwhile))).toBe('unauthenticated');
  });

  test('ends what the person had begun there too, when another commit comes between', async () => {
    const there = await nursery();
    const other = await there.add(EVERYTHING);
    const id = await there.add({});
    await there.signIn(id);
    const caller = await there.as(other);
    there.beforeNextCommit(async () => {
      await signOut(there, other);
      await there.signIn(id);
    });
    expect(await refusedAs(ask(endAccountSessions, caller, { params: { id } }))).toBe('unauthenticated');
    expect((await there.accountOf(id)).sessions).toHaveLength(2);
  });

  test('leaves the ETag for editing as it is', async () => {
    const there = await nursery();
    const id = await there.add({});
    await there.signIn(id);
    const etag = await there.etag(id);
    await there.clock.advance(SECOND);
    await signOut(there, id);
    expect(await there.etag(id)).toBe(etag);
  });
});
