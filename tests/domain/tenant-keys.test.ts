import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { TENANT_SECRET_BYTES } from '../../src/domain/sealing.ts';
import { TenantKeys } from '../../src/domain/tenant-keys.ts';
import { MINUTE } from '../../src/model/instant.ts';
import type { SecretReader } from '../../src/ports/secret-store.ts';
import { isStoreError } from '../../src/ports/store-error.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** Keys over a vault that holds every secret of every tenant but those named `missing`, and says what it was asked. */
function keysOverVault() {
  const clock = new FakeClock();
  const asked: string[] = [];
  const vault: SecretReader = {
    async get(name, version = '') {
      asked.push(`${name}/${version}`);
      if (name === 'tenant-missing') return undefined;
      return { version, value: randomBytes(TENANT_SECRET_BYTES).toString('base64'), createdAt: 0 };
    },
  };
  return { clock, asked, keys: new TenantKeys(vault, clock) };
}

test('a key that was read is remembered, for sealing and look-ups together, by its version', async () => {
  const { keys, asked } = keysOverVault();
  const key = await keys.dataKey('sakura', 'v1');
  expect(await keys.dataKey('sakura', 'v1')).toBe(key);
  await keys.lookUpKey('sakura', 'v1');
  expect(asked).toEqual(['tenant-sakura/v1']);
  await keys.dataKey('sakura', 'v2');
  await keys.dataKey('momo', 'v1');
  expect(await keys.dataKey('sakura', 'v1')).toBe(key);
  expect(asked).toEqual(['tenant-sakura/v1', 'tenant-sakura/v2', 'tenant-momo/v1']);
});

test('no key is remembered for 60 minutes, every key for 50, and instances do not ask all at once', async () => {
  const { keys, asked, clock } = keysOverVault();
  const tenants = Array.from({ length: 60 }, (_, n) => `tenant${n}`);
  const readAll = async () => {
    asked.length = 0;
    for (const tenant of tenants) await keys.dataKey(tenant, 'v1');
    return asked.length;
  };
  expect(await readAll()).toBe(60);
  await clock.advance(50 * MINUTE - 1);
  expect(await readAll()).toBe(0);
  await clock.advance(5 * MINUTE + 1);
  const inBetween = await readAll();
  // 60 keys of which each had an even chance: all or none of them happens once in 10^18 runs.
  expect(inBetween).toBeGreaterThan(0);
  expect(inBetween).toBeLessThan(60);
  const { keys: others, clock: later, asked: askedLater } = keysOverVault();
  for (const tenant of tenants) await others.dataKey(tenant, 'v1');
  await later.advance(60 * MINUTE);
  askedLater.length = 0;
  for (const tenant of tenants) await others.dataKey(tenant, 'v1');
  expect(askedLater).toHaveLength(60);
});

test('a tenant that is forgotten loses all versions of its key, and no other tenant loses one', async () => {
  const { keys, asked } = keysOverVault();
  await keys.dataKey('sakura', 'v1');
  await keys.dataKey('sakura', 'v2');
  await keys.dataKey('sakura-momo', 'v1');
  keys.forget('sakura');
  asked.length = 0;
  await keys.dataKey('sakura-momo', 'v1');
  expect(asked).toEqual([]);
  await keys.dataKey('sakura', 'v1');
  await keys.dataKey('sakura', 'v2');
  expect(asked).toEqual(['tenant-sakura/v1', 'tenant-sakura/v2']);
});

test('a key that the vault does not hold is trouble each time, and never made up', async () => {
  const { keys, asked } = keysOverVault();
  for (let n = 0; n < 2; n += 1) {
    await expect(keys.dataKey('missing', 'v1')).rejects.toSatisfy((error) => isStoreError(error, 'unavailable'));
  }
  expect(asked).toHaveLength(2);
});
