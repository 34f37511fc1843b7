import { onTestFinished } from 'vitest';
import { openCosmosControl } from '../../../src/adapters/cosmos/control-store.ts';
import { openCosmosPartitions } from '../../../src/adapters/cosmos/partition-store.ts';
import type { ControlStore } from '../../../src/ports/control-store.ts';
import type { CommitOrderReader, JobPartitionStore } from '../../../src/ports/partition-store.ts';
import { GATE } from '../../contracts/partition-fixture.ts';
import { FakeClock } from '../fake-clock.ts';
import { RecordingTelemetry } from '../recording-telemetry.ts';
import { CosmosDouble } from './cosmos-double.ts';
import { openAccount } from './open-account.ts';

/** A clock on which the adapter's waits between attempts pass at once and are written down; its time limits stand still. */
export class WaitingClock extends FakeClock {
  readonly waits: number[] = [];

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // Only a limit of time carries a signal: it ends when the attempt does.
    if (signal !== undefined) return super.sleep(ms, signal);
    this.waits.push(ms);
    return Promise.resolve();
  }
}

export interface CosmosFixture {
  readonly double: CosmosDouble;
  readonly clock: WaitingClock;
  readonly telemetry: RecordingTelemetry;
  /** The store of tenant `sakura`, whose first gate stands. */
  readonly store: JobPartitionStore & CommitOrderReader;
  of(tenantId: string): JobPartitionStore & CommitOrderReader;
  readonly control: ControlStore;
}

/** The adapters over a new double, for one test; the double forgets the requests of before. */
export async function cosmosFixture(): Promise<CosmosFixture> {
  const double = await CosmosDouble.start();
  const clock = new WaitingClock();
  const telemetry = new RecordingTelemetry();
  const account = await openAccount(double, { clock, telemetry });
  onTestFinished(async () => {
    account.close();
    await double.stop();
  });
  const { of } = openCosmosPartitions(account, { clock });
  const store = of('sakura');
  await store.openGate({ name: GATE, content: {} });
  double.requests.length = 0;
  telemetry.records.length = 0;
  return { double, clock, telemetry, store, of, control: openCosmosControl(account) };
}
