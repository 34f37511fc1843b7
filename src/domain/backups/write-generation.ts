import { Buffer } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { instant } from '../../model/instant.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TenantHandle } from '../tenant-handle.ts';
import { BACKED_UP, type BackedUpKind } from './backed-up-kinds.ts';
import { type BackupDocument, documentText, standingDocuments } from './backup-document.ts';
import {
  FORMAT,
  type Manifest,
  manifestName,
  PART_BYTES,
  partName,
  type WrittenGeneration,
} from './generation-format.ts';

export interface WriteParts {
  readonly tenant: TenantHandle;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Nobody waits for it. */
  readonly background: boolean;
  /** Asked after each blob that was written; throws when nobody wants this generation any more. */
  readonly stillWanted: () => Promise<void>;
}

const compress = promisify(zstdCompress);
/** Level 1 compresses opened records to a quarter at several hundred MB a second; higher levels gain little. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Writes a generation of everything that is backed up: parts as they fill up, the manifest last, so that what has no
 * manifest is no generation. In memory are one part and one page of documents, whatever the tenant's size.
 * Throws what the stores and `stillWanted` throw, and leaves behind what it wrote so far.
 */
export async function writeGeneration(id: string, parts: WriteParts): Promise<WrittenGeneration> {
  const { tenant, blobs, clock, stillWanted } = parts;
  const startedAt = instant(clock.now());
  const written: Manifest['parts'] = [];
  const kinds: Manifest['kinds'] = [];
  const put = async (name: string, content: Uint8Array) => {
    const sealed = tenant.sealBlob(name, content);
    await blobs.create(name, sealed);
    await stillWanted();
    return { sealedBytes: sealed.length, sha256: sha256(sealed) };
  };
  for (const of of BACKED_UP) {
    const kind = of.kind.name;
    const digest = createHash('sha256');
    const before = written.length;
    for await (const { content, documents } of portions(documentsOf(parts, of), digest)) {
      const sealed = await put(partName(id, written.length), await compress(content, COMPRESSION));
      written.push({ kind, documents, bytes: content.length, ...sealed });
    }
    const own = written.slice(before);
    kinds.push({
      kind,
      documents: total(own.map(({ documents }) => documents)),
      bytes: total(own.map(({ bytes }) => bytes)),
      sha256: digest.digest('hex'),
    });
  }
  const manifest: Manifest = {
    format: FORMAT,
    generation: id,
    keyVersion: tenant.keyVersion,
    gate: tenant.gate,
    startedAt,
    finishedAt: instant(clock.now()),
    kinds,
    parts: written,
  };
  const text = await compress(Buffer.from(JSON.stringify(manifest)), COMPRESSION);
  const stored = await put(manifestName(id), text);
  return { manifest, manifestSha256: stored.sha256, manifestBytes: stored.sealedBytes };
}

async function* documentsOf(
  { tenant, clock, background }: WriteParts,
  of: BackedUpKind,
): AsyncGenerator<BackupDocument> {
  for await (const { document } of standingDocuments(tenant, of, clock, background)) yield document;
}

/** Lines of documents in pieces of at most `PART_BYTES`; all lines go into the digest. */
export async function* portions(
  documents: AsyncIterable<BackupDocument>,
  digest: Hash,
): AsyncGenerator<{ readonly content: Buffer; readonly documents: number }> {
  let lines: Buffer[] = [];
  let bytes = 0;
  for await (const document of documents) {
    const line = Buffer.from(`${documentText(document)}\n`);
    if (bytes + line.length > PART_BYTES && lines.length > 0) {
      yield { content: Buffer.concat(lines, bytes), documents: lines.length };
      lines = [];
      bytes = 0;
    }
    digest.update(line);
    lines.push(line);
    bytes += line.length;
  }
  if (lines.length > 0) yield { content: Buffer.concat(lines, bytes), documents: lines.length };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
