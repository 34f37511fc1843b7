import { expect, test } from 'vitest';
import { cosmosTrouble, Overdue } from '../../src/adapters/cosmos/cosmos-trouble.ts';

function named(name: string, properties: object = {}): Error {
  return Object.assign(new Error('words of the library'), { name, ...properties });
}

/** As `Items.batch` of the SDK throws it. */
function wrapped(cause: Error): Error {
  return new Error('Batch request error: words of the library', { cause });
}

const NEVER_SENT = [
  named('RestError', { code: 'ECONNREFUSED' }),
  named('RestError', { code: 'ENOTFOUND' }),
  named('CredentialUnavailableError'),
  named('AuthenticationError'),
];

test.each(NEVER_SENT)('a write that was never sent is not unclear: %s', (error) => {
  for (const each of [error, wrapped(error)]) {
    const trouble = cosmosTrouble(each, 'tenants commit', true);
    expect(trouble).toMatchObject({ error: { kind: 'unavailable', unclear: false }, againAfterMs: undefined });
    expect(trouble.error.message).not.toContain('words of the library');
  }
});

const LOST = [
  named('RestError', { code: 'ECONNRESET' }),
  named('RestError', { code: 'REQUEST_SEND_ERROR' }),
  named('TimeoutError', { code: 'TimeoutError' }),
  named('AbortError'),
  new SyntaxError('words of the library'),
  new TypeError('words of the library'),
  new Overdue(),
  'not even an error',
];

test.each(LOST)('a write whose answer was lost is unclear, a read is not: %s', (error) => {
  expect(cosmosTrouble(error, 'w', true).error).toMatchObject({ kind: 'unavailable', unclear: true });
  expect(cosmosTrouble(error, 'r', false).error).toMatchObject({ kind: 'unavailable', unclear: false });
});

test.each([
  [404, 'not-found'],
  [409, 'conflict'],
  [412, 'stale'],
  [413, 'too-large'],
  [500, 'unavailable'],
])('status %s of a single write is %s, also inside the wrapping of a batch', (code, kind) => {
  const error = named('Error', { code });
  for (const each of [error, wrapped(error)]) expect(cosmosTrouble(each, 'w', true).error.kind).toBe(kind);
});

test('an error of the server that names no cause leaves a write unclear', () => {
  expect(cosmosTrouble(named('Error', { code: 500 }), 'w', true).error.unclear).toBe(true);
});

test.each([429, 449, 503])('%s without a delay is tried again after a quarter of a second', (code) => {
  expect(cosmosTrouble(named('Error', { code }), 'w', true).againAfterMs).toBe(250);
});
