import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BLOB_MAX_BYTES, type BlobStore, type BlobStores } from '../../src/ports/blob-store.ts';
import { outcome } from './partition-fixture.ts';

/** What an adapter gives its contract: new and empty each time it is made. */
export interface BlobFixture {
  readonly stores: BlobStores;
  /** Closes the stores and opens them again. */
  reopen(): Promise<BlobStores>;
  dispose(): Promise<void>;
}

/** Names of the blobs that a list shows, in its order. */
export async function blobNames(store: BlobStore, prefix = ''): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of store.list(prefix)) names.push(name);
  return names;
}

export async function tenantsOf(stores: BlobStores): Promise<string[]> {
  const tenants: string[] = [];
  for await (const tenant of stores.tenants()) tenants.push(tenant);
  return tenants.toSorted();
}

const text = (content: string) => Buffer.from(content);
const shown = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

/** What every adapter of `BlobStores` keeps. */
export function blobStoreContract(name: string, make: () => Promise<BlobFixture>): void {
  async function start() {
    const fixture = await make();
    onTestFinished(() => fixture.dispose());
    return { ...fixture, sakura: fixture.stores.of('sakura') };
  }

  describe(`blob store: ${name}`, () => {
    test('a blob comes back byte for byte as it was created, an empty one too', async () => {
      const { sakura } = await start();
      const bytes = randomBytes(100_000);
      await sakura.create('generations/a/part-1', bytes);
      await sakura.create('empty', new Uint8Array());
      expect(Buffer.compare((await sakura.read('generations/a/part-1')) ?? new Uint8Array(), bytes)).toBe(0);
      expect(await sakura.read('empty')).toHaveLength(0);
    });

    test('a blob that was never created reads as undefined', async () => {
      const { sakura } = await start();
      expect(await sakura.read('a')).toBeUndefined();
      await sakura.create('a/b', text('x'));
      expect([await sakura.read('a'), await sakura.read('a/c'), await sakura.read('a/b/c')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    });

    test('a name is taken once: what stands there is never replaced', async () => {
      const { sakura } = await start();
      await sakura.create('a', text('first'));
      expect(await outcome(sakura.create('a', text('second')))).toBe('conflict');
      expect(shown(await sakura.read('a'))).toBe('first');
    });

    test('a removed blob is gone, its name is free again, and removing nothing succeeds', async () => {
      const { sakura } = await start();
      await sakura.create('a/b', text('first'));
      await sakura.create('a/c', text('other'));
      await sakura.remove('a/b');
      expect([await sakura.read('a/b'), shown(await sakura.read('a/c'))]).toEqual([undefined, 'other']);
      await sakura.remove('a/b');
      await sakura.remove('never/was');
      await sakura.create('a/b', text('second'));
      expect(shown(await sakura.read('a/b'))).toBe('second');
    });

    test('the list shows names and sizes of the prefix in name order, and no others', async () => {
      const { sakura } = await start();
      const names = ['b', 'a-1/x', 'a/x', 'a/x/y', 'a0', 'a/10', 'a/9'];
      for (const each of names) await sakura.create(each, text(each));
      expect(await blobNames(sakura)).toEqual(names.toSorted());
      expect(await blobNames(sakura, 'a/')).toEqual(['a/10', 'a/9', 'a/x', 'a/x/y']);
      expect(await blobNames(sakura, 'a/x')).toEqual(['a/x', 'a/x/y']);
      expect(await blobNames(sakura, 'c')).toEqual([]);
      for await (const { name: each, bytes } of sakura.list('')) expect(bytes).toBe(each.length);
    });

    test('blobs can be removed while their list is walked through', async () => {
      const { sakura } = await start();
      for (let n = 0; n < 25; n += 1) await sakura.create(`g/part-${n}`, text('x'));
      await sakura.create('h/part-0', text('x'));
      for await (const { name: each } of sakura.list('g/')) await sakura.remove(each);
      expect(await blobNames(sakura)).toEqual(['h/part-0']);
    });

    test('a blob holds the size that is promised, and no more is taken', async () => {
      const { sakura } = await start();
      await sakura.create('largest', new Uint8Array(BLOB_MAX_BYTES));
      expect(await sakura.read('largest')).toHaveLength(BLOB_MAX_BYTES);
      expect(await outcome(sakura.create('larger', new Uint8Array(BLOB_MAX_BYTES + 1)))).toBe('too-large');
      expect(await blobNames(sakura)).toEqual(['largest']);
    });

    test.each(['', '/', 'a/', '/a', 'a//b', '../a', 'a/../b', 'A', 'a.b', 'a b', 'あ', 'x'.repeat(201)])(
      'the name %j is refused',
      async (wrong) => {
        const { sakura } = await start();
        for (const call of [sakura.create(wrong, text('x')), sakura.read(wrong), sakura.remove(wrong)]) {
          await expect(call).rejects.toThrow(RangeError);
        }
      },
    );

    test('the longest name is taken', async () => {
      const { sakura } = await start();
      const longest = `${'x'.repeat(100)}/${'9'.repeat(99)}`;
      await sakura.create(longest, text('x'));
      expect(await blobNames(sakura)).toEqual([longest]);
    });

    test("a tenant neither sees nor removes another one's blobs, whatever their names", async () => {
      const { stores, sakura } = await start();
      const other = stores.of('sakura-2');
      await sakura.create('a', text('of sakura'));
      await other.create('a', text('of another'));
      await other.create('b', text('of another'));
      expect([await blobNames(sakura), shown(await sakura.read('a')), await sakura.read('b')]).toEqual([
        ['a'],
        'of sakura',
        undefined,
      ]);
      await sakura.remove('a');
      await sakura.remove('b');
      expect(await blobNames(other)).toEqual(['a', 'b']);
    });

    test('the tenants are those with a blob', async () => {
      const { stores, sakura } = await start();
      expect(await tenantsOf(stores)).toEqual([]);
      await sakura.create('a/b/c', text('x'));
      await stores.of('momiji').create('a', text('x'));
      expect(await tenantsOf(stores)).toEqual(['momiji', 'sakura']);
      await sakura.remove('a/b/c');
      expect(await tenantsOf(stores)).toEqual(['momiji']);
    });

    test('of many who create the same name at once one succeeds, and its bytes stand', async () => {
      const { sakura } = await start();
      const tries = Array.from({ length: 10 }, (_, n) => outcome(sakura.create('a', text(`${n}`))));
      const outcomes = await Promise.all(tries);
      expect(outcomes.filter((each) => each === 'done')).toHaveLength(1);
      expect(shown(await sakura.read('a'))).toBe(`${outcomes.indexOf('done')}`);
    });

    test('nothing that was acknowledged is lost by a restart, and nothing removed comes back', async () => {
      const { sakura, reopen } = await start();
      await sakura.create('a/b', text('x'));
      await sakura.create('c', text('y'));
      await sakura.remove('c');
      const after = (await reopen()).of('sakura');
      expect([await blobNames(after), shown(await after.read('a/b'))]).toEqual([['a/b'], 'x']);
    });
  });
}
