import { expect, onTestFinished, test } from 'vitest';
import { openCosmosAccount } from '../../src/adapters/cosmos/cosmos-account.ts';
import { StartError } from '../../src/model/start-error.ts';
import { CosmosDouble, DATABASE } from '../support/cosmos-double/cosmos-double.ts';
import { WaitingClock } from '../support/cosmos-double/cosmos-fixture.ts';
import { openAccount } from '../support/cosmos-double/open-account.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

async function double(consistency?: string): Promise<CosmosDouble> {
  const started = await CosmosDouble.start(consistency);
  onTestFinished(() => started.stop());
  return started;
}

/** The sentence with which opening is refused. */
async function refusal(opening: Promise<unknown>): Promise<StartError> {
  const error = await opening.catch((thrown: unknown) => thrown);
  if (error instanceof StartError) return error;
  throw new Error('opening was not refused', { cause: error });
}

test.each(['BoundedStaleness', 'Session', 'ConsistentPrefix', 'Eventual'])(
  'an account of consistency %s, where others may read what is no longer so, is refused in both languages',
  async (consistency) => {
    const account = await double(consistency);
    const { text } = await refusal(openAccount(account, { clock: new WaitingClock() }));
    for (const sentence of [text.ja, text.en]) {
      expect(sentence).toContain(account.endpoint);
      expect(sentence).toContain(consistency);
      expect(sentence).toContain('Strong');
    }
  },
);

test('an account that takes writes in several regions is refused', async () => {
  const account = await double();
  account.fault({
    on: 'account',
    answer: {
      status: 200,
      body: { enableMultipleWriteLocations: true, userConsistencyPolicy: { defaultConsistencyLevel: 'Strong' } },
    },
  });
  const { text } = await refusal(openAccount(account, { clock: new WaitingClock() }));
  expect(text.en).toContain('several regions');
  expect(text.ja).toContain('リージョン');
});

test('an account that is busy at start is asked again, one that stays away is refused with what to check', async () => {
  const account = await double();
  const clock = new WaitingClock();
  account.fault({ on: 'account', answer: { status: 503, retryAfterMs: 30 } });
  (await openAccount(account, { clock })).close();
  expect(clock.waits).toEqual([30]);
  account.fault({ on: 'account', answer: { status: 403, substatus: 5300 } });
  const { text } = await refusal(openAccount(account, { clock }));
  expect(text.en).toContain(account.endpoint);
  expect(text.ja).toContain(account.endpoint);
});

test('an account that is not there, or has no address, is refused', async () => {
  const gone = await CosmosDouble.start();
  const { endpoint } = gone;
  await gone.stop();
  expect((await refusal(openAccount({ endpoint }, { clock: new WaitingClock() }))).text.en).toContain(endpoint);
  expect((await refusal(openAccount({ endpoint: 'no address' }, { clock: new WaitingClock() }))).text.en).toContain(
    'no address',
  );
});

test('a token of the identity is never sent without TLS', async () => {
  const account = await double();
  const getToken = async () => ({ token: 'secret', expiresOnTimestamp: 2 ** 45 });
  const opening = openCosmosAccount({
    endpoint: account.endpoint,
    database: DATABASE,
    authorization: { aadCredentials: { getToken } },
    clock: new WaitingClock(),
    telemetry: new RecordingTelemetry(),
  });
  await refusal(opening);
  expect(account.requests).toEqual([]);
});

test('what strong consistency prevents: under a weaker one another client still sees the state of before', async () => {
  const read = async (consistency: string) => {
    const account = await double(consistency);
    const ask = (client: string, method: string, body?: object) =>
      fetch(`${account.endpoint}/dbs/${DATABASE}/colls/tenants/docs${method === 'GET' ? '/gate:1' : ''}`, {
        method,
        headers: { authorization: client, 'x-ms-documentdb-partitionkey': '["sakura"]' },
        ...(body && { body: JSON.stringify(body) }),
      });
    await ask('writer', 'POST', { id: 'gate:1', tenantId: 'sakura' });
    return [(await ask('writer', 'GET')).status, (await ask('other', 'GET')).status];
  };
  expect(await read('Session')).toEqual([200, 404]);
  expect(await read('Strong')).toEqual([200, 200]);
});
