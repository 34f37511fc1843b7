import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { editedAccount, registeredAccount } from '../../../src/domain/sign-in/account.ts';
import { REGISTRATION_CODES } from '../../../src/domain/sign-in/account-documents.ts';
import { codeHash } from '../../../src/domain/sign-in/codes.ts';
import { createAccount } from '../../../src/endpoints/accounts/create-account.ts';
import { eraseAccount } from '../../../src/endpoints/accounts/erase-account.ts';
import { patchAccount } from '../../../src/endpoints/accounts/patch-account.ts';
import { DAY, instant } from '../../../src/model/instant.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { bodyOf, type Nursery, nursery } from './nursery.ts';

interface Invited {
  readonly account: { id: string; state: string; grants: unknown; preset: string | null; etag: string };
  readonly registration: { code: string; expiresAt: string } | null;
}

async function invite(there: Nursery, body: object): Promise<{ status: number; body: Invited }> {
  const answer = await ask(createAccount, await there.asAdmin(), { body });
  return { status: answer.status, body: bodyOf<Invited>(answer) };
}

const codeOf = ({ body }: { body: Invited }): string => body.registration?.code ?? 'no code';

describe('an invitation', () => {
  test('makes an unregistered account and shows its one-time code, which lives for 7 days', async () => {
    const there = await nursery();
    const made = await invite(there, { displayName: '保育 花子', preset: 'class-teacher', facilities: [there.north] });
    expect(made.status).toBe(201);
    expect(made.body.account).toMatchObject({ state: 'unregistered', preset: 'class-teacher' });
    expect(made.body.account.grants).toMatchObject({ health: { level: 'read', facilities: [there.north] } });
    expect(codeOf(made)).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(made.body.registration?.expiresAt).toBe(instant(there.clock.now() + 7 * DAY));
    const told = (await there.events('account-created')).filter(({ actor }) => actor === there.admin);
    expect(told.map(({ targets }) => targets)).toEqual([[made.body.account.id]]);
  });

  test('stores the code as its hash only, in a document that leads to the account', async () => {
    const there = await nursery();
    const made = await invite(there, { displayName: '保育 花子', grants: {} });
    const document = await there.tenant.get(REGISTRATION_CODES, codeHash(codeOf(made)), 'none');
    expect(document?.clear).toEqual({ account: made.body.account.id });
    expect(document?.expiresAt).toBe(there.clock.now() + 7 * DAY);
    expect(JSON.stringify(await there.accountOf(made.body.account.id))).not.toContain(codeOf(made));
  });

  test('asks for the password once more', () => {
    expect(createAccount.confirm).toBe(true);
  });

  test('takes either grants or a preset with its facilities', async () => {
    const there = await nursery();
    const wrong: readonly (readonly [object, string])[] = [
      [{}, '/grants'],
      [{ grants: {}, preset: 'director', facilities: 'all' }, '/grants'],
      [{ grants: {}, facilities: 'all' }, '/facilities'],
      [{ preset: 'director' }, '/facilities'],
      [{ grants: { accounts: { level: 'read', facilities: [there.north] } } }, '/grants/accounts/facilities'],
      [{ grants: { everything: { level: 'read', facilities: 'all' } } }, '/grants/everything'],
      [{ grants: {}, roles: ['root'] }, '/roles'],
    ];
    for (const [body, pointer] of wrong) {
      const failure = await refusal(invite(there, { displayName: '保育 花子', ...body }));
      expect(failure.code).toBe('invalid-input');
      expect(failure.errors.map((error) => error.pointer)).toEqual([pointer]);
    }
    expect((await invite(there, { displayName: '園長 次郎', preset: 'administrator' })).status).toBe(201);
  });

  test('points at each facility that does not exist', async () => {
    const there = await nursery();
    const unknown = newId(there.clock.now());
    const failure = await refusal(
      invite(there, {
        displayName: '保育 花子',
        grants: {
          children: { level: 'read', facilities: [there.north, unknown] },
          diary: { level: 'read', facilities: [unknown] },
        },
      }),
    );
    expect(failure.errors.map((error) => error.pointer)).toEqual([
      '/grants/children/facilities/1',
      '/grants/diary/facilities/0',
    ]);
    const preset = { displayName: '保育 花子', preset: 'kitchen', facilities: [unknown] };
    expect((await refusal(invite(there, preset))).errors[0]?.pointer).toBe('/facilities/0');
  });

  test('is refused for an active period that ends before it begins', async () => {
    const there = await nursery();
    const failure = await refusal(
      invite(there, {
        displayName: '保育 花子',
        grants: {},
        activeFrom: '2027-04-01T00:00:00+09:00',
        activeUntil: '2027-03-31T15:00:00Z',
      }),
    );
    expect(failure.errors[0]?.pointer).toBe('/activeUntil');
  });
});

describe('an invitation that is sent again with its id', () => {
  const body = (id: string) => ({ id, displayName: '保育 花子', grants: {} });

  test('answers the stored account, and a new code which replaces the one before', async () => {
    const there = await nursery();
    const id = newId(there.clock.now());
    const first = await invite(there, body(id));
    const again = await invite(there, body(id));
    expect(again.status).toBe(200);
    expect(again.body.account.id).toBe(id);
    expect(codeOf(again)).not.toBe(codeOf(first));
    expect(await there.tenant.get(REGISTRATION_CODES, codeHash(codeOf(first)), 'none')).toBeUndefined();
    expect(await there.tenant.get(REGISTRATION_CODES, codeHash(codeOf(again)), 'none')).toBeDefined();
  });

  test('makes one account when both are sent at the same instant', async () => {
    const there = await nursery();
    const id = newId(there.clock.now());
    const both = await Promise.all([invite(there, body(id)), invite(there, body(id))]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 201]);
    const standing = await Promise.all(
      both.map((one) => there.tenant.get(REGISTRATION_CODES, codeHash(codeOf(one)), 'none')),
    );
    expect(standing.filter((document) => document !== undefined)).toHaveLength(1);
  });

  test('is recognised after the account was edited and used', async () => {
    const there = await nursery();
    const id = newId(there.clock.now());
    await invite(there, body(id));
    await there.put(id, (account) => registeredAccount(account, 'hanako', 'hash'));
    await ask(patchAccount, await there.asAdmin(), {
      params: { id },
      body: { displayName: '保育 華子' },
      ifMatch: await there.etag(id),
    });
    await there.signIn(id);
    const again = await invite(there, body(id));
    expect(again.status).toBe(200);
    expect(again.body.registration).toBeNull();
    expect(again.body.account).toMatchObject({ id, displayName: '保育 華子', state: 'active' });
  });

  test('is 409 with other content, and 410 when the account was erased', async () => {
    const there = await nursery();
    const id = newId(there.clock.now());
    await invite(there, body(id));
    expect(await refusedAs(invite(there, { ...body(id), displayName: '保育 次郎' }))).toBe('id-taken');
    expect(await refusedAs(invite(there, { ...body(there.admin) }))).toBe('id-taken');
    await ask(eraseAccount, await there.asAdmin(), { params: { id }, ifMatch: await there.etag(id) });
    expect(await refusedAs(invite(there, body(id)))).toBe('gone');
  });

  test('gives no code to somebody who holds less than the invited person was granted since', async () => {
    const there = await nursery();
    const id = newId(there.clock.now());
    const inviter = await there.as(await there.add({ accounts: { level: 'write', facilities: 'all' } }));
    await ask(createAccount, inviter, { body: body(id) });
    const health = { health: { level: 'read', facilities: 'all' } } as const;
    await there.put(id, (account) => editedAccount(account, { grants: health }));
    const before = await there.accountOf(id);
    expect(await refusedAs(ask(createAccount, inviter, { body: body(id) }))).toBe('more-than-own-grants');
    expect(await there.accountOf(id)).toEqual(before);
  });

  test('takes UUIDs of version 7 only', async () => {
    const there = await nursery();
    const failure = await refusal(invite(there, body('6f1b6b0e-5d2c-4a8e-9c1e-0123456789ab')));
    expect(failure.errors[0]?.pointer).toBe('/id');
  });
});
