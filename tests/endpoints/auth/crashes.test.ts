import { expect, test } from 'vitest';
import { ACCOUNTS } from '../../../src/domain/sign-in/account.ts';
import { codeHash, newRecoveryCodes } from '../../../src/domain/sign-in/codes.ts';
import { MINUTE } from '../../../src/model/instant.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { type Answered, NEW_PASSWORD, type Nursery, nursery, PASSWORD } from './nursery.ts';

interface Story {
  readonly name: string;
  /** What there is before; gives the request. */
  prepare(there: Nursery): Promise<() => Promise<Answered>>;
}

const STORIES: readonly Story[] = [
  {
    name: 'activation',
    async prepare(there) {
      const code = await there.issueActivation();
      const body = { tenant: 'sakura', code, loginId: 'encho', password: PASSWORD, displayName: '園長 一郎' };
      return () => there.browser().send('POST', '/auth/register', body);
    },
  },
  {
    name: 'registration of an administrator',
    async prepare(there) {
      const { code } = await there.invite(EVERYTHING);
      const body = { tenant: 'sakura', code, loginId: 'hanako', password: PASSWORD };
      return () => there.browser().send('POST', '/auth/register', body);
    },
  },
  {
    name: 'sign-in',
    async prepare(there) {
      await there.person('hanako');
      return () => there.browser().login('hanako');
    },
  },
  {
    name: 'recovery',
    async prepare(there) {
      const id = await there.person('encho', EVERYTHING);
      const codes = newRecoveryCodes();
      await there.put(id, (account) => ({ ...account, recoveryCodes: codes.map(codeHash) }));
      const body = { tenant: 'sakura', loginId: 'encho', recoveryCode: codes[0], newPassword: NEW_PASSWORD };
      return () => there.browser().send('POST', '/auth/recover', body);
    },
  },
  {
    name: 'change of the password',
    async prepare(there) {
      await there.person('hanako');
      const browser = there.browser();
      await browser.login('hanako');
      const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      return () => browser.send('POST', '/auth/password', body);
    },
  },
];

/** Everything that finds accounts or is one, but for the waits; and the events. */
async function everything(there: Nursery) {
  const kinds = [ACCOUNTS.name, 'login', 'registration-code', 'activated', 'administrators'];
  const lists = await Promise.all(kinds.map((kind) => there.tenant.list({ kind, parts: 'body', limit: 500 })));
  return { items: lists.flat(), events: await there.events() };
}

test.each(STORIES)(
  'a process that dies at any store call of a $name leaves nothing half-written, and it works again',
  async ({ prepare }) => {
    const there = await nursery();
    const request = await prepare(there);
    const before = await everything(there);
    let answer: Answered | undefined;
    let deaths = 0;
    for (; answer === undefined || answer.status >= 500; deaths += 1) {
      expect(deaths).toBeLessThan(30);
      if (answer !== undefined) expect(await everything(there)).toEqual(before);
      // Each death after the attempt was taken counts as a failure: the next one may have to wait.
      await there.clock.advance(MINUTE);
      there.counted.dieAfter(deaths);
      answer = await request();
      there.counted.dieAfter(undefined);
    }
    expect(deaths).toBeGreaterThan(2);
    expect([200, 204]).toContain(answer.status);
  },
);
