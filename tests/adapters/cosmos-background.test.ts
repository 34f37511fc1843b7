import { expect, onTestFinished, test } from 'vitest';
import { openCosmosPartitions } from '../../src/adapters/cosmos/partition-store.ts';
import { UnitBudget } from '../../src/adapters/cosmos/unit-budget.ts';
import { SECOND } from '../../src/model/instant.ts';
import { child, GATE, put } from '../contracts/partition-fixture.ts';
import { PassingClock } from '../support/azure-doubles/passing-clock.ts';
import { CosmosDouble } from '../support/cosmos-double/cosmos-double.ts';
import { openAccount } from '../support/cosmos-double/open-account.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

const PER_SECOND = 10;

/** The store of a tenant with some children, whose reading in the background has a small budget. */
async function stores() {
  const double = await CosmosDouble.start();
  const clock = new PassingClock();
  const telemetry = new RecordingTelemetry();
  const account = await openAccount(double, { clock, telemetry });
  onTestFinished(async () => {
    account.close();
    await double.stop();
  });
  const partitions = openCosmosPartitions(account, { clock, backgroundUnitsPerSecond: PER_SECOND });
  const fill = async (tenantId: string) => {
    const store = partitions.of(tenantId);
    await store.openGate({ name: GATE, content: {} });
    await put(
      store,
      ['c1', 'c2', 'c3', 'c4'].map((id) => child(id)),
    );
    telemetry.records.length = 0;
    return store;
  };
  const units = () =>
    telemetry.records.reduce((sum, record) => (record.type === 'measure' ? sum + record.value : sum), 0);
  return { clock, fill, units };
}

const PAGE = { kind: 'child', parts: 'both', limit: 1 } as const;

test('reading in the background takes as long as its units may: of all tenants together', async () => {
  const { clock, fill, units } = await stores();
  const [sakura, momiji] = [await fill('sakura'), await fill('momiji')];
  const startedAt = clock.monotonic();
  for (const after of ['c0', 'c1', 'c2']) {
    await sakura.list({ ...PAGE, after, background: true });
    await momiji.list({ ...PAGE, after, background: true });
  }
  const used = units();
  await momiji.list({ ...PAGE, after: 'c3', background: true });
  expect(used).toBeGreaterThan(PER_SECOND);
  expect(clock.monotonic() - startedAt).toBeCloseTo((used / PER_SECOND) * SECOND, 3);
});

test("people's reading never waits for what was read in the background", async () => {
  const { clock, fill } = await stores();
  const store = await fill('sakura');
  await store.list({ ...PAGE, background: true });
  await store.list(PAGE);
  await store.get('child', 'c1', 'both');
  await store.count({ kind: 'child' });
  expect(clock.waits).toEqual([]);
});

test('time in which nothing was read is not saved up', async () => {
  const clock = new PassingClock();
  const budget = new UnitBudget(clock, PER_SECOND);
  await clock.advance(100 * SECOND);
  budget.spend(PER_SECOND);
  await budget.paid();
  expect(clock.waits).toEqual([SECOND]);
});

test.each([0, -1, Number.NaN])('a budget of %s is refused', (units) => {
  expect(() => new UnitBudget(new PassingClock(), units)).toThrow(RangeError);
});
