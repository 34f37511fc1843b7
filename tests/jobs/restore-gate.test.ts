import { describe, expect, test } from 'vitest';
import { holdGate, openGate } from '../../src/jobs/restore/restore-gate.ts';
import type { JobPartitionStore } from '../../src/ports/partition-store.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { outcome } from '../contracts/partition-fixture.ts';
import { anEvent } from '../domain/event.ts';
import { refusedAs } from '../support/ask.ts';
import { FIRST_GATE, tenants } from '../support/tenant.ts';

async function closing() {
  const all = await tenants();
  await all.provision();
  const partition = all.partitions.of('sakura');
  const parts = (run: string, restore = 'r1', store: JobPartitionStore = partition) => ({
    ...{ tenantId: 'sakura', partition: store, handles: all.handles, restore, run },
  });
  return { all, partition, parts };
}

describe('the gate of a restore', () => {
  test('is of one run: what an earlier run of the same restore still has in flight writes nothing', async () => {
    const { parts, partition } = await closing();
    const first = await holdGate(parts('run-1'), FIRST_GATE);
    await first.commit([], [anEvent()]);
    const second = await holdGate(parts('run-2'), FIRST_GATE);
    expect(await refusedAs(first.commit([], [anEvent()]))).toBe('starting');
    await second.commit([], [anEvent()]);
    const again = await holdGate(parts('run-2'), FIRST_GATE);
    expect([again.gate, (await partition.gate())?.name]).toEqual(['gate:restore-run-2', 'gate:restore-run-2']);
  });

  test('is not taken from another restore, nor is another ordinary gate closed than the one that was meant', async () => {
    const { parts } = await closing();
    expect(await outcome(holdGate(parts('run-1'), 'gate:7'))).toBe('gate-closed');
    await holdGate(parts('run-1'), FIRST_GATE);
    expect(await outcome(holdGate(parts('run-2', 'r2'), FIRST_GATE))).toBe('gate-closed');
  });

  test('is opened by the run that holds it, and by no other that was frozen before it did', async () => {
    const { parts, partition } = await closing();
    await holdGate(parts('run-1'), FIRST_GATE);
    await holdGate(parts('run-2'), FIRST_GATE);
    expect(await outcome(openGate(parts('run-1'), 'gate:2'))).toBe('gate-closed');
    expect((await partition.gate())?.name).toBe('gate:restore-run-2');
    await openGate(parts('run-2'), 'gate:2');
    await holdGate(parts('run-3', 'r2'), 'gate:2');
    expect(await outcome(openGate(parts('run-2'), 'gate:2'))).toBe('gate-closed');
    expect((await partition.gate())?.name).toBe('gate:restore-run-3');
  });

  test('is never closed or opened where none stands: the tenant is being erased', async () => {
    const { parts, partition } = await closing();
    await partition.closeGate();
    expect(await outcome(holdGate(parts('run-1'), FIRST_GATE))).toBe('gate-closed');
    expect(await outcome(openGate(parts('run-1'), 'gate:2'))).toBe('gate-closed');
    expect(await partition.gate()).toBeUndefined();
  });

  test('gives way to the next ordinary one, which names the same keys and nothing of the restore', async () => {
    const { parts, partition } = await closing();
    const content = (await partition.gate())?.content;
    await holdGate(parts('run-1'), FIRST_GATE);
    expect((await partition.gate())?.content).toEqual({ ...content, restore: 'r1' });
    for (let again = 0; again < 2; again += 1) {
      await openGate(parts('run-1'), 'gate:2');
      expect(await partition.gate()).toEqual({ name: 'gate:2', content });
    }
  });

  test('whose move got no answer is settled by reading which one stands', async () => {
    const { parts, partition } = await closing();
    const noAnswer = new StoreError('unavailable', 'no answer', { unclear: true });
    const moved: JobPartitionStore = {
      ...partition,
      async moveGate(from, to) {
        await partition.moveGate(from, to);
        throw noAnswer;
      },
    };
    expect((await holdGate(parts('run-1', 'r1', moved), FIRST_GATE)).gate).toBe('gate:restore-run-1');
    const unmoved = { ...partition, moveGate: () => Promise.reject(noAnswer) };
    await expect(holdGate(parts('run-2', 'r1', unmoved), FIRST_GATE)).rejects.toBe(noAnswer);
  });
});
