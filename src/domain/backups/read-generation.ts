import type { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import type { BlobStore } from '../../ports/blob-store.ts';
import { SealBroken } from '../sealing.ts';
import type { TenantHandle } from '../tenant-handle.ts';
import type { BackupDocument } from './backup-document.ts';
import { type Manifest, manifestName, manifestSchema, PART_BYTES, partName } from './generation-format.ts';
import { sha256 } from './write-generation.ts';

/** A blob of a generation is missing, or is not what was written. Names the blob, never its content. */
export class GenerationDamaged extends Error {
  readonly blob: string;
  constructor(blob: string, reason: string) {
    super(`the blob ${blob} ${reason}`);
    this.name = 'GenerationDamaged';
    this.blob = blob;
  }
}

export interface ReadParts {
  readonly tenant: TenantHandle;
  readonly blobs: BlobStore;
}

const decompress = promisify(zstdDecompress);
/** A manifest holds some 200 bytes for each part: this is a tenant of 1 TB. */
const MANIFEST_MAX = 32 * 1024 * 1024;

/**
 * The manifest of a generation, held to the SHA-256 that was remembered when it was written. Throws GenerationDamaged,
 * and what the stores throw.
 */
export async function readManifest(id: string, manifestSha256: string, parts: ReadParts): Promise<Manifest> {
  const name = manifestName(id);
  const text = await content(name, manifestSha256, MANIFEST_MAX, parts);
  const manifest = manifestSchema.safeParse(parsed(name, text.toString('utf8')));
  if (!manifest.success || manifest.data.generation !== id) throw new GenerationDamaged(name, 'is no manifest');
  return manifest.data;
}

/** The lines of the n-th part. Throws GenerationDamaged, and what the stores throw. */
export async function partContent(manifest: Manifest, n: number, parts: ReadParts): Promise<Buffer> {
  const part = manifest.parts[n];
  if (part === undefined) throw new RangeError(`the generation has no part ${n}`);
  const name = partName(manifest.generation, n);
  const lines = await content(name, part.sha256, PART_BYTES, parts);
  if (lines.length !== part.bytes) throw new GenerationDamaged(name, 'has another length');
  return lines;
}

/** The documents in a part's lines, which are known to be its n-th. Throws GenerationDamaged when they are not what the part is said to hold. */
export function* documentsIn(manifest: Manifest, n: number, lines: Buffer): Generator<BackupDocument> {
  const name = partName(manifest.generation, n);
  const part = manifest.parts[n];
  let documents = 0;
  for (let from = 0; from < lines.length; documents += 1) {
    const to = lines.indexOf('\n', from);
    if (to < 0) throw new GenerationDamaged(name, 'ends within a line');
    const document = parsed(name, lines.toString('utf8', from, to)) as BackupDocument;
    if (document.kind !== part?.kind) throw new GenerationDamaged(name, 'holds a document of another kind');
    yield document;
    from = to + 1;
  }
  if (documents !== part?.documents) throw new GenerationDamaged(name, 'holds another number of documents');
}

/** All documents of a kind in a generation, in id order, a part in memory at a time. Throws as `partContent`. */
export async function* generationDocuments(
  manifest: Manifest,
  kind: string,
  parts: ReadParts,
): AsyncGenerator<BackupDocument> {
  for (const [n, part] of manifest.parts.entries()) {
    if (part.kind === kind) yield* documentsIn(manifest, n, await partContent(manifest, n, parts));
  }
}

async function content(name: string, expected: string, most: number, { tenant, blobs }: ReadParts): Promise<Buffer> {
  const sealed = await blobs.read(name);
  if (sealed === undefined) throw new GenerationDamaged(name, 'is missing');
  if (sha256(sealed) !== expected) throw new GenerationDamaged(name, 'is not what was written');
  try {
    return await decompress(await tenant.openBlob(name, sealed), { maxOutputLength: most });
  } catch (error) {
    const reason = error instanceof SealBroken ? 'does not open' : undefined;
    if (reason === undefined && !isZlibError(error)) throw error;
    throw new GenerationDamaged(name, reason ?? 'cannot be expanded');
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(ZSTD_|ERR_BUFFER_TOO_LARGE|Z_)/.test(String(error.code));
}

/** The parser's own message would quote the content, so it is dropped. */
function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new GenerationDamaged(name, 'holds a line that is no JSON');
  }
}
