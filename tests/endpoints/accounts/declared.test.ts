import { describe, expect, test } from 'vitest';
import { createAccount } from '../../../src/endpoints/accounts/create-account.ts';
import { endAccountSessions } from '../../../src/endpoints/accounts/end-account-sessions.ts';
import { eraseAccount } from '../../../src/endpoints/accounts/erase-account.ts';
import { listAccountSessions } from '../../../src/endpoints/accounts/list-account-sessions.ts';
import { listAccounts } from '../../../src/endpoints/accounts/list-accounts.ts';
import { patchAccount } from '../../../src/endpoints/accounts/patch-account.ts';
import { readAccount } from '../../../src/endpoints/accounts/read-account.ts';
import { readSignInRules } from '../../../src/endpoints/accounts/read-sign-in-rules.ts';
import { resetAccountRegistration } from '../../../src/endpoints/accounts/reset-account.ts';
import { setGrants } from '../../../src/endpoints/accounts/set-grants.ts';
import { setSignInRules } from '../../../src/endpoints/accounts/set-sign-in-rules.ts';
import { declaredStatuses } from '../../../src/endpoints/pipeline/declared-failures.ts';
import type { Endpoint } from '../../../src/endpoints/pipeline/endpoint.ts';
import type { HttpCall } from '../../../src/endpoints/pipeline/http-call.ts';
import { preconditionOf } from '../../../src/endpoints/pipeline/precondition.ts';
import { writers } from '../../../src/endpoints/pipeline/route.ts';
import { refusedAs } from '../../support/ask.ts';

const ENDPOINTS: readonly Endpoint[] = [
  ...[listAccounts, createAccount, readAccount, patchAccount, eraseAccount, setGrants, resetAccountRegistration],
  ...[listAccountSessions, endAccountSessions, readSignInRules, setSignInRules],
];

const namesOf = (which: (endpoint: Endpoint) => boolean) => ENDPOINTS.filter(which).map(({ name }) => name);

function requestWith(headers: Readonly<Record<string, string>>): HttpCall {
  const where = { method: 'PATCH', path: '/', params: {}, query: new URLSearchParams() };
  return { trace: '1'.repeat(32), ...where, headers: new Headers(headers), body: async () => new Uint8Array() };
}

describe('the endpoints of accounts', () => {
  test('ask for the password again where rights or ways in are given or taken', () => {
    expect(namesOf(({ confirm }) => confirm === true)).toEqual([
      'createAccount',
      'eraseAccount',
      'setGrants',
      'resetAccount',
      'setSignInRules',
    ]);
  });

  test('need to be told what was seen before it is overwritten: 428 without If-Match, 412 when stale', async () => {
    const guarded = ENDPOINTS.filter(({ precondition }) => precondition !== undefined);
    expect(guarded.map(({ name }) => name)).toEqual(['changeAccount', 'eraseAccount', 'setGrants', 'setSignInRules']);
    for (const endpoint of guarded) {
      const unconditional = async () => preconditionOf(requestWith({}), endpoint.precondition);
      expect(await refusedAs(unconditional())).toBe('precondition-required');
      const statuses = declaredStatuses({ method: 'PATCH', path: '/', access: writers('accounts'), endpoint });
      expect([...statuses]).toEqual(expect.arrayContaining([412, 428]));
    }
  });
});
