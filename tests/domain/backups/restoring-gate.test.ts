import { expect, test } from 'vitest';
import { gateAfter } from '../../../src/domain/backups/restore-state.ts';
import { FACILITIES } from '../../../src/domain/collections/facilities.ts';
import { isRestoreGate } from '../../../src/domain/tenant-handles.ts';
import { refusal, refusedAs } from '../../support/ask.ts';
import { FIRST_GATE, tenants } from '../../support/tenant.ts';
import { anEvent } from '../event.ts';

test('while a restore keeps a tenant closed nobody gets a handle but the restore, and that only under its own gate', async () => {
  const all = await tenants();
  await all.provision();
  const partition = all.partitions.of('sakura');
  const content = (await partition.gate())?.content ?? {};
  await partition.moveGate(FIRST_GATE, { name: 'gate:restore-1', content: { ...content, restore: 'r' } });
  const other = all.instance().handles;
  const failure = await refusal(other.open('sakura'));
  expect([failure.code, failure.retryAfter]).toEqual(['starting', 30]);
  const handle = await other.openRestoring('sakura', 'gate:restore-1');
  expect(handle.gate).toBe('gate:restore-1');
  await handle.commit([], [anEvent()]);
  expect(await refusedAs(other.openRestoring('sakura', 'gate:restore-2'))).toBe('starting');
  expect(await refusedAs(other.open('sakura'))).toBe('starting');

  await partition.moveGate('gate:restore-1', { name: 'gate:2', content });
  expect((await other.open('sakura')).handle.gate).toBe('gate:2');
  expect(await refusedAs(other.openRestoring('sakura', 'gate:restore-1'))).toBe('starting');
  expect(await refusedAs(handle.commitWithoutEvent('portion-of-a-restore', []))).toBe('starting');
  expect(await handle.count({ kind: FACILITIES.kind.name })).toBe(0);
});

test('gates are told apart by their names, and the next ordinary one has the next number', () => {
  expect(['gate:1', 'gate:restore-1', 'gate:2-restore-'].map(isRestoreGate)).toEqual([false, true, false]);
  expect([gateAfter('gate:1'), gateAfter('gate:9'), gateAfter('gate:199')]).toEqual(['gate:2', 'gate:10', 'gate:200']);
  for (const name of ['gate:restore-1', 'gate:', 'gate:x', '1', 'gate:1 '])
    expect(() => gateAfter(name)).toThrow(RangeError);
});
