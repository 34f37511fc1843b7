import { createHash } from 'node:crypto';
import { canonicalJson } from '../collections/canonical-json.ts';
import { manifestName, partName, type WrittenGeneration } from './generation-format.ts';
import { documentsIn, GenerationDamaged, partContent, type ReadParts, readManifest } from './read-generation.ts';

/**
 * Reads a whole generation back from the store, opens it, and compares counts and hashes with what was written. Only
 * after that it counts as good. One part is in memory at a time. Throws GenerationDamaged, naming the blob.
 */
export async function verifyGeneration(
  { manifest: written, manifestSha256 }: Pick<WrittenGeneration, 'manifest' | 'manifestSha256'>,
  parts: ReadParts,
): Promise<void> {
  const { generation } = written;
  const manifest = await readManifest(generation, manifestSha256, parts);
  if (canonicalJson(manifest) !== canonicalJson(written)) {
    throw new GenerationDamaged(manifestName(generation), 'says something else than what was written');
  }
  const found = new Map(
    written.kinds.map(({ kind }) => [kind, { documents: 0, digest: createHash('sha256'), id: '' }]),
  );
  for (const [n, { kind }] of written.parts.entries()) {
    const name = partName(generation, n);
    const sum = found.get(kind);
    if (sum === undefined) throw new GenerationDamaged(name, 'is of a kind that the manifest does not count');
    const lines = await partContent(written, n, parts);
    sum.digest.update(lines);
    for (const { id } of documentsIn(written, n, lines)) {
      if (id <= sum.id) throw new GenerationDamaged(name, 'holds documents out of order');
      sum.id = id;
      sum.documents += 1;
    }
  }
  for (const { kind, documents, sha256 } of written.kinds) {
    const sum = found.get(kind);
    if (sum?.documents !== documents || sum.digest.digest('hex') !== sha256) {
      throw new GenerationDamaged(manifestName(generation), `counts other documents of the kind ${kind}`);
    }
  }
}
