import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openBlobFiles } from '../../../src/adapters/local-files/blob-files.ts';
import { BACKED_UP, REBUILT } from '../../../src/domain/backups/backed-up-kinds.ts';
import type { BackupDocument } from '../../../src/domain/backups/backup-document.ts';
import { PART_BYTES, partName, type WrittenGeneration } from '../../../src/domain/backups/generation-format.ts';
import { GenerationDamaged, generationDocuments } from '../../../src/domain/backups/read-generation.ts';
import { verifyGeneration } from '../../../src/domain/backups/verify-generation.ts';
import { portions, writeGeneration } from '../../../src/domain/backups/write-generation.ts';
import { childSchema } from '../../../src/domain/collections/child-fields.ts';
import { CHILDREN } from '../../../src/domain/collections/children.ts';
import { COLLECTIONS } from '../../../src/domain/collections/collection-table.ts';
import { FACILITIES } from '../../../src/domain/collections/facilities.ts';
import { newId } from '../../../src/domain/ids.ts';
import { ACCOUNTS } from '../../../src/domain/sign-in/account.ts';
import type { TenantHandle } from '../../../src/domain/tenant-handle.ts';
import type { BlobStore } from '../../../src/ports/blob-store.ts';
import { blobNames } from '../../contracts/blob-store-contract.ts';
import { aChild } from '../../endpoints/records/nursery.ts';
import { FAKE_START, FakeClock } from '../../support/fake-clock.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { tenants } from '../../support/tenant.ts';
import { anEvent } from '../event.ts';

/** Fills a tenant with facilities whose bodies take about this many characters each. */
async function fill(tenant: TenantHandle, many: number, characters: number): Promise<void> {
  for (let n = 0; n < many; n += 1) {
    const id = newId(FAKE_START);
    const record = {
      kind: FACILITIES.kind,
      id,
      index: { facility: id },
      card: { n },
      body: { name: noise(characters) },
    };
    await tenant.commit([{ type: 'create', record }], [anEvent()]);
  }
}

/** Text that cannot be compressed. */
function noise(characters: number): string {
  let text = '';
  for (let n = 0; text.length < characters; n += 1) text += createHash('sha256').update(`${n}`).digest('base64');
  return text.slice(0, characters);
}

async function written() {
  const all = await tenants();
  const tenant = await all.provision();
  const other = await all.provision('momiji');
  await fill(tenant, 3, 20);
  const stores = openBlobFiles(tempFolder());
  const blobs = stores.of('sakura');
  const parts = { tenant, blobs, clock: new FakeClock(), background: false, stillWanted: async () => undefined };
  const generation = await writeGeneration('g-1', parts);
  return { all, tenant, other, stores, blobs, parts, generation };
}

/** The error of a reading. Any other outcome fails the test. */
async function damage(generation: WrittenGeneration, parts: { tenant: TenantHandle; blobs: BlobStore }) {
  const error = await verifyGeneration(generation, parts).catch((thrown: unknown) => thrown);
  if (!(error instanceof GenerationDamaged)) throw new Error('it was not found damaged', { cause: error });
  return error.blob;
}

describe('what generations hold', () => {
  test('is every collection that declares it, and former versions; each before what its records refer to', () => {
    const names = BACKED_UP.map(({ kind }) => kind.name);
    expect(names).toEqual(['version', 'child', 'class', 'facility']);
    for (const { kind, backedUp } of COLLECTIONS) expect(names.includes(kind.name)).toBe(backedUp);
    expect(COLLECTIONS.at(-1)?.kind).toBe(CHILDREN.kind);
  });

  test('is no account, session, sign-in rule, event or throttle wait', () => {
    const never = [ACCOUNTS.name, 'login', 'registration-code', 'activated', 'administrators', 'sign-in-rules'];
    for (const name of [...never, 'event', 'throttle', 'gate', ...REBUILT]) {
      expect(BACKED_UP.some(({ kind }) => kind.name === name)).toBe(false);
    }
  });

  test('is made whole by what is rebuilt: every kind of unique value is', () => {
    const child = childSchema.parse(aChild(newId(FAKE_START), { number: '1' }));
    expect(REBUILT).toEqual([CHILDREN.unique(CHILDREN.card(child))?.kind]);
  });
});

describe('a generation', () => {
  test('reads back as it was written, document by document', async () => {
    const { tenant, generation, parts } = await written();
    await verifyGeneration(generation, parts);
    const documents: BackupDocument[] = [];
    for await (const each of generationDocuments(generation.manifest, 'facility', parts)) documents.push(each);
    const items = await tenant.list({ kind: 'facility', parts: 'none', limit: 10 });
    expect(documents.map(({ id, index }) => ({ id, index }))).toEqual(items.map(({ id, index }) => ({ id, index })));
    expect(documents[1]).toMatchObject({
      kind: 'facility',
      clear: null,
      card: { n: expect.any(Number) },
      body: { name: noise(20) },
    });
    expect(generation.manifest).toMatchObject({ format: 1, gate: 'gate:1', keyVersion: tenant.keyVersion });
    expect(generation.manifest.kinds.map(({ documents: many }) => many)).toEqual([0, 0, 0, 3]);
  });

  test('of an empty tenant is a manifest alone, and good', async () => {
    const { other, stores, parts } = await written();
    const empty = { ...parts, tenant: other, blobs: stores.of('momiji') };
    await verifyGeneration(await writeGeneration('g-2', empty), empty);
    expect(await blobNames(empty.blobs)).toEqual(['generations/g-2/manifest']);
  });

  test.each(['generations/g-1/manifest', 'generations/g-1/part-000001'])(
    'of which %s is missing, cut, changed in any stretch or swapped is told by that name',
    async (name) => {
      const { generation, parts, blobs, stores, tenant } = await written();
      const bytes = (await blobs.read(name)) ?? new Uint8Array();
      const become = (content: Uint8Array | undefined) => ({
        tenant,
        blobs: { ...blobs, read: async (asked: string) => (asked === name ? content : blobs.read(asked)) },
      });
      for (const content of [undefined, new Uint8Array(), bytes.subarray(0, -1), bytes.subarray(1)]) {
        expect(await damage(generation, become(content))).toBe(name);
      }
      for (let at = 0; at < bytes.length; at += 7) {
        expect(await damage(generation, become(bytes.map((byte, n) => (n === at ? byte ^ 4 : byte))))).toBe(name);
      }
      const second = await writeGeneration('g-9', parts);
      await verifyGeneration(second, parts);
      expect(await damage(generation, become(await blobs.read(name.replace('g-1', 'g-9'))))).toBe(name);
      await stores.of('momiji').create(name, bytes);
      await verifyGeneration(generation, parts);
    },
  );

  test('whose blobs somebody else made under the same names does not open, even with hashes that fit', async () => {
    const { generation, parts, other, tenant, blobs } = await written();
    const name = partName('g-1', 0);
    const foreign = other.sealBlob(name, await tenant.openBlob(name, (await blobs.read(name)) ?? new Uint8Array()));
    const renamed = (await blobs.read(name)) ?? new Uint8Array();
    await expect(tenant.openBlob(partName('g-1', 1), renamed)).rejects.toThrow(/part-000002/);
    await expect(other.openBlob(name, renamed)).rejects.toThrow();
    await expect(tenant.openBlob(name, foreign)).rejects.toThrow();
    const own = tenant.sealBlob(partName('g-1', 1), await tenant.openBlob(name, renamed));
    const sha256 = createHash('sha256').update(own).digest('hex');
    const manifest = { ...generation.manifest, parts: [{ ...generation.manifest.parts[0], sha256 }] } as never;
    const reading = generationDocuments(manifest, 'facility', {
      ...parts,
      blobs: { ...blobs, read: async () => own },
    });
    await expect(reading.next()).rejects.toThrow(/part-000001 does not open/);
  });

  test('with more than fits into a part has several, none above its size, and reads back', async () => {
    const all = await tenants();
    const tenant = await all.provision();
    await fill(tenant, 30, 600_000);
    const blobs = openBlobFiles(tempFolder()).of('sakura');
    const parts = { tenant, blobs, clock: new FakeClock(), background: false, stillWanted: async () => undefined };
    const generation = await writeGeneration('g-1', parts);
    expect(generation.manifest.parts.length).toBeGreaterThan(2);
    for (const { bytes } of generation.manifest.parts) expect(bytes).toBeLessThanOrEqual(PART_BYTES);
    await verifyGeneration(generation, parts);
  });

  test('stops at the first blob after which nobody wants it any more', async () => {
    const { parts, blobs } = await written();
    const stillWanted = async () => {
      throw new Error('unwanted');
    };
    await expect(writeGeneration('g-3', { ...parts, stillWanted })).rejects.toThrow('unwanted');
    expect(await blobNames(blobs, 'generations/g-3')).toEqual(['generations/g-3/part-000001']);
  });

  test('takes one part of memory, however much there is to hold', async () => {
    let pulled = 0;
    async function* endless(): AsyncGenerator<BackupDocument> {
      for (; pulled < 4000; pulled += 1) {
        yield {
          kind: 'child',
          id: `${pulled}`,
          index: {},
          clear: null,
          card: null,
          body: { text: 'x'.repeat(20_000) },
        };
      }
    }
    let written = 0;
    let pieces = 0;
    for await (const { documents, content } of portions(endless(), createHash('sha256'))) {
      // What was pulled and not given out yet is in memory: at most one part, and the document that did not fit.
      expect((pulled - written) * 20_000).toBeLessThanOrEqual(PART_BYTES + 40_000);
      expect(content.length).toBeLessThanOrEqual(PART_BYTES);
      written += documents;
      pieces += 1;
    }
    expect([written, pieces]).toEqual([4000, 39]);
  });
});
