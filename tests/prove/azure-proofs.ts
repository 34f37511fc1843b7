import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tenantSecretName } from '../../src/domain/tenant-keys.ts';
import type { BlobStores } from '../../src/ports/blob-store.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ControlStore } from '../../src/ports/control-store.ts';
import type { LogArchives } from '../../src/ports/log-archive.ts';
import type { CommitOrderReader, JobPartitionStore, NewItem } from '../../src/ports/partition-store.ts';
import type { TenantKeyVault } from '../../src/ports/secret-store.ts';
import { isStoreError } from '../../src/ports/store-error.ts';

type Partitions = { of(tenantId: string): JobPartitionStore & CommitOrderReader };

/** The stores of one environment, as two instances of the service see them. */
export interface Proven {
  readonly partitions: Partitions;
  /** The same store through a client of its own. */
  readonly elsewhere: Partitions;
  readonly control: ControlStore;
  readonly tenantKeys: TenantKeyVault;
  readonly blobs: BlobStores;
  readonly archives: LogArchives;
  readonly clock: Clock;
  close(): Promise<void>;
}

const GATE = 'gate:1';
/** A deletion or purge in Key Vault takes seconds. */
const TRIES = 40;
const PAUSE = 3_000;

/**
 * What the promises take from Azure and no double can prove: run on the accounts of a test deployment
 * (`npm run prove-azure`), and on the doubles with every test, so that the proofs themselves are known to work. Each run
 * uses a tenant of its own and leaves nothing but one archive entry, which cannot be removed.
 */
export function azureProofs(name: string, open: () => Promise<Proven>): void {
  describe(name, () => {
    const tenant = `prove-${randomBytes(6).toString('hex')}`;
    let on: Proven;

    beforeAll(async () => {
      on = await open();
      await on.partitions.of(tenant).openGate({ name: GATE, content: { dataKey: 'v1', lookupKey: 'v1' } });
    });
    afterAll(async () => {
      await on?.partitions.of(tenant).closeGate();
      await on?.partitions.of(tenant).sweep(1000);
      await on?.close();
    });

    const store = () => on.partitions.of(tenant);
    const item = (id: string, value: number): NewItem => ({
      ...{ kind: 'proof', id, index: { facility: 'f', at: value }, clear: { value } },
      ...{ card: null, body: null, expiresAt: null },
    });

    test('a batch that reads a missing gate writes nothing: the gate rests on it', async () => {
      const refused = await store()
        .commit('gate:2', [{ type: 'create', item: item('behind-a-closed-gate', 1) }])
        .catch((error: unknown) => error);
      expect(isStoreError(refused, 'gate-closed')).toBe(true);
      expect(await store().get('proof', 'behind-a-closed-gate', 'none')).toBeUndefined();
    });

    test('a stale etag inside a batch fails the whole of it', async () => {
      const { etags } = await store().commit(GATE, [{ type: 'create', item: item('edited', 1) }]);
      const etag = etags[0] ?? '';
      await store().commit(GATE, [{ type: 'replace', item: item('edited', 2), etag }]);
      const late = await store()
        .commit(GATE, [
          { type: 'create', item: item('beside-a-stale-one', 1) },
          { type: 'replace', item: item('edited', 3), etag },
        ])
        .catch((error: unknown) => error);
      expect(isStoreError(late, 'stale')).toBe(true);
      expect((await store().get('proof', 'edited', 'none'))?.clear).toEqual({ value: 2 });
      expect(await store().get('proof', 'beside-a-stale-one', 'none')).toBeUndefined();
    });

    test('what one instance has written, another reads at once', async () => {
      let etag = (await store().commit(GATE, [{ type: 'create', item: item('followed', 0) }])).etags[0] ?? '';
      for (let value = 1; value <= 20; value += 1) {
        const receipt = await store().commit(GATE, [{ type: 'replace', item: item('followed', value), etag }]);
        etag = receipt.etags[0] ?? '';
        expect((await on.elsewhere.of(tenant).get('proof', 'followed', 'none'))?.clear).toEqual({ value });
      }
    });

    test('every order that lists are asked in has its index', async () => {
      const kind = 'proof';
      expect((await store().list({ kind, parts: 'none', limit: 10 })).length).toBeGreaterThan(0);
      expect((await store().list({ kind, parts: 'none', limit: 10, facility: 'f' })).length).toBeGreaterThan(0);
      expect((await store().timeline({ kind, limit: 10 })).length).toBeGreaterThan(0);
      expect((await store().committed({ kind, from: 0, limit: 10 })).length).toBeGreaterThan(0);
      expect(await store().count({ kind, facility: 'f' })).toBeGreaterThan(0);
      const requests = on.control.container('requests');
      expect(await requests.due({ id: 'none', at: 1, limit: 1 })).toEqual([]);
      expect(await requests.changedSince({ since: await on.control.now(), limit: 1 })).toEqual([]);
    });

    test('a tenant key that is destroyed is nowhere, and cannot come back', async () => {
      const secret = tenantSecretName(tenant);
      await on.tenantKeys.set(secret, randomBytes(32).toString('base64'));
      for (let tries = 0; (await on.tenantKeys.state(secret)) !== 'absent'; tries += 1) {
        if (tries === TRIES) throw new Error('the secret is still there');
        await on.tenantKeys.delete(secret);
        await on.tenantKeys.purge(secret).catch((error: unknown) => {
          if (!isStoreError(error, 'busy')) throw error;
        });
        await on.clock.sleep(PAUSE);
      }
      expect(await on.tenantKeys.get(secret)).toBeUndefined();
    });

    test('an entry of the log archive is neither overwritten nor removed before its time', async () => {
      const archive = on.archives.of(tenant);
      await archive.create('proof-1', Buffer.from('first'));
      const again = await archive.create('proof-1', Buffer.from('second')).catch((error: unknown) => error);
      expect(isStoreError(again, 'conflict')).toBe(true);
      const removed = await archive.removeExpired('proof-1').catch((error: unknown) => error);
      expect(isStoreError(removed, 'conflict')).toBe(true);
      expect(Buffer.from((await archive.read('proof-1')) ?? []).toString()).toBe('first');
    });

    test('a backup blob is made once, and gone when it is removed', async () => {
      const blobs = on.blobs.of(tenant);
      await blobs.create('proof/part-1', Buffer.from('sealed'));
      const again = await blobs.create('proof/part-1', Buffer.from('other')).catch((error: unknown) => error);
      expect(isStoreError(again, 'conflict')).toBe(true);
      await blobs.remove('proof/part-1');
      expect(await blobs.read('proof/part-1')).toBeUndefined();
    });
  });
}
