import { expect, test } from 'vitest';
import { openBlob } from '../../src/domain/blob-sealing.ts';
import { dataKeyOf, open } from '../../src/domain/sealing.ts';
import { copyOf, END, type ErasureService, endingTenant, NEIGHBOUR, TENANT } from './erasure-fixture.ts';
import { sealedTexts } from './hand-on-items.ts';

/** Everything that the vault gives out, under each version that is known. */
async function secretsLeft(on: ErasureService, versions: readonly string[]) {
  const secrets = [];
  for await (const name of on.tenantKeys.names()) {
    for (const version of [undefined, ...versions]) {
      const secret = await on.tenantKeys.get(name, version);
      if (secret !== undefined) secrets.push(secret.value);
    }
  }
  return secrets;
}

function attempt(work: () => unknown): number {
  try {
    work();
    return 1;
  } catch {
    return 0;
  }
}

/** How many of a tenant's records and blobs open, each tried with each secret under the version that it names. */
async function opened(copy: ErasureService, tenantId: string, version: string, secrets: readonly string[]) {
  let records = 0;
  let blobs = 0;
  const texts = await sealedTexts(copy.folder, tenantId);
  for (const secret of secrets) {
    const key = dataKeyOf(version, secret);
    for (const { text, ...rest } of texts) records += attempt(() => open(key, { tenantId, ...rest }, text));
    for (const name of await copy.blobNames(tenantId)) {
      const bytes = (await copy.blobs.of(tenantId).read(name)) ?? new Uint8Array();
      blobs += attempt(() => openBlob(key, { tenantId, name }, bytes));
    }
  }
  return { records, blobs, texts: texts.length };
}

test('2.8 after the erasure no record and no backup opens from a copy of everything taken before, given all that is left in the vault', async () => {
  const on = await endingTenant();
  const copy = await copyOf(on);
  const version = (await on.stateOf(TENANT))?.dataKeyVersion ?? '';
  const neighbour = (await on.stateOf(NEIGHBOUR))?.dataKeyVersion ?? '';

  const before = await opened(copy, TENANT, version, await secretsLeft(on, [version, neighbour]));
  expect(before.records).toBeGreaterThanOrEqual(before.texts);
  expect(before.texts).toBeGreaterThan(10);
  expect(before.blobs).toBeGreaterThan(1);

  on.clock.set(END);
  for (let ticks = 0; ticks < 5; ticks += 1) await on.tick();
  const left = await secretsLeft(on, [version, neighbour]);
  expect(left.length).toBeGreaterThan(0);
  expect(await opened(copy, TENANT, version, left)).toMatchObject({ records: 0, blobs: 0, texts: before.texts });
  expect((await opened(copy, NEIGHBOUR, neighbour, left)).records).toBeGreaterThan(10);
  expect(await sealedTexts(on.folder, TENANT)).toEqual([]);
});
