import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openControl } from '../../src/adapters/sqlite/control-store.ts';
import { Database } from '../../src/adapters/sqlite/database.ts';
import { controlStoreContract } from '../contracts/control-store-contract.ts';
import { outcome } from '../contracts/partition-fixture.ts';
import { FAKE_START } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';

controlStoreContract('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyserkids-'));
  let storeTime = FAKE_START;
  const open = () => openControl(join(folder, 'control.sqlite'), { storeTime: () => storeTime });
  let stores = [open(), open()] as const;
  const close = () => {
    for (const store of stores) store.close();
  };
  return {
    store: stores[0],
    second: stores[1],
    setStoreTime: (at) => {
      storeTime = at;
    },
    reopen: async () => {
      close();
      stores = [open(), open()];
      return stores[0];
    },
    dispose: async () => {
      close();
      rmSync(folder, { recursive: true });
    },
  };
});

test('commit times and now never go back, nor after a restart, when the host clock does', async () => {
  const path = join(tempFolder(), 'control.sqlite');
  const item = (id: string) => ({ partition: 'sakura', id, value: {}, dueAt: null });
  const ahead = openControl(path, { storeTime: () => FAKE_START + 5000 });
  await ahead.container('contracts').create(item('a'));
  ahead.close();
  const behind = openControl(path, { storeTime: () => FAKE_START });
  expect(await behind.now()).toBe(FAKE_START + 5000);
  expect((await behind.container('contracts').create(item('b'))).committedAt).toBe(FAKE_START + 5000);
  behind.close();
});

test('a file that another process holds for long is told as busy with nothing written, and serves again afterwards', async () => {
  const path = join(tempFolder(), 'control.sqlite');
  const store = openControl(path, { busyTimeoutMs: 1 });
  const container = store.container('requests');
  const item = { partition: 'sakura', id: 'r1', value: {}, dueAt: null };
  const other = new Database(path);
  other.setUp('BEGIN IMMEDIATE');
  expect(await outcome(container.create(item))).toBe('busy');
  expect(await container.get('sakura', 'r1')).toBeUndefined();
  other.setUp('ROLLBACK');
  other.close();
  expect(await outcome(container.create(item))).toBe('done');
  store.close();
});
