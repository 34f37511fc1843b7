import * as z from 'zod';

/**
 * A generation of the backup is a manifest and parts, each a blob sealed under the tenant's key and bound to its name. A
 * part is documents of one kind, a line of JSON each, compressed with zstd; before that it is at most `PART_BYTES`.
 */
export const FORMAT = 1;

/** Source: the product's design; a blob takes it whole even where nothing can be compressed. */
export const PART_BYTES = 2 * 1024 * 1024;

/** What the names of all generations' blobs begin with. */
export const GENERATIONS = 'generations/';

export function generationPrefix(id: string): string {
  return `${GENERATIONS}${id}/`;
}

export function manifestName(id: string): string {
  return `${generationPrefix(id)}manifest`;
}

/** The name of the n-th part, from 0. */
export function partName(id: string, n: number): string {
  return `${generationPrefix(id)}part-${String(n + 1).padStart(6, '0')}`;
}

/** The generation that a blob belongs to, or undefined when it belongs to none. */
export function generationOf(name: string): string | undefined {
  return /^generations\/([^/]+)\//.exec(name)?.[1];
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

export const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  generation: z.string(),
  keyVersion: z.string(),
  /** The gate that stood from the start to the finish. */
  gate: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** In the order in which they were read. The SHA-256 is over the lines of all documents of the kind, opened. */
  kinds: z.array(z.strictObject({ kind: z.string(), documents: count, bytes: count, sha256 })),
  /** In the order of their names. `bytes` before compressing; `sealedBytes` and SHA-256 of the blob as it is stored. */
  parts: z.array(z.strictObject({ kind: z.string(), documents: count, bytes: count, sealedBytes: count, sha256 })),
});
export type Manifest = z.output<typeof manifestSchema>;

/** What is remembered of a written generation outside of it, and judges it when it is read. */
export interface WrittenGeneration {
  readonly manifest: Manifest;
  /** Of the manifest's blob, hex. */
  readonly manifestSha256: string;
  readonly manifestBytes: number;
}
