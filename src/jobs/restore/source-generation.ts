import type { Manifest } from '../../domain/backups/generation-format.ts';
import type { Generation } from '../../domain/backups/generation-list.ts';
import { GenerationDamaged, type ReadParts, readManifest } from '../../domain/backups/read-generation.ts';
import type { FailureReason } from '../../domain/backups/restore-state.ts';
import { verifyGeneration } from '../../domain/backups/verify-generation.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import type { RestoreParts } from './restore-parts.ts';

/** The restore ends here, and has changed nothing. */
export class RestoreFailed extends Error {
  readonly reason: FailureReason;
  constructor(reason: FailureReason, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

/**
 * Keeps the generation from being pruned, and reads it back whole. Throws RestoreFailed where it cannot be restored, and what
 * the stores throw.
 */
export async function checkSource(parts: RestoreParts, tenant: TenantHandle): Promise<Manifest> {
  const { progress, list } = parts;
  const { id, generation } = progress.state;
  const stored = await list.change(({ value }) => {
    const found = value.generations.some((each) => each.id === generation && each.good !== null);
    return found ? { value: { ...value, generations: pinned(value.generations, generation, id) } } : undefined;
  });
  if (stored === undefined) throw new RestoreFailed('generation-gone');
  try {
    const reading = { tenant, blobs: parts.blobs };
    const manifest = await sourceManifest(parts, reading);
    const manifestSha256 = stored.value.generations.find((each) => each.id === generation)?.good?.manifestSha256 ?? '';
    await verifyGeneration({ manifest, manifestSha256 }, reading);
    return manifest;
  } catch (error) {
    if (!(error instanceof GenerationDamaged)) throw error;
    throw new RestoreFailed('generation-damaged', { cause: error });
  }
}

function pinned(generations: readonly Generation[], generation: string, restore: string): readonly Generation[] {
  return generations.map((each) => (each.id === generation ? { ...each, pinnedBy: restore } : each));
}

/** The manifest of the generation that is restored. Throws RestoreFailed, GenerationDamaged, and what the stores throw. */
export async function sourceManifest({ list, progress }: RestoreParts, reading: ReadParts): Promise<Manifest> {
  const { generation } = progress.state;
  const entry = (await list.read())?.value.generations.find(({ id }) => id === generation);
  if (entry?.good == null) throw new RestoreFailed('generation-gone');
  return readManifest(generation, entry.good.manifestSha256, reading);
}
