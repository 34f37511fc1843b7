import { GENERATIONS, generationOf, generationPrefix } from '../../domain/backups/generation-format.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { GenerationStore } from './generation-store.ts';

/**
 * Removes the blobs of every generation that is not in the list. The blobs are looked at first and the list after them:
 * an entry stands before its first blob, and an id that has left the list never comes back, so whatever is removed here
 * has no owner. Killed at any point, the next call goes on.
 */
export async function tidyBlobs(list: GenerationStore, blobs: BlobStore): Promise<void> {
  const found = new Set<string>();
  for await (const { name } of blobs.list(GENERATIONS)) {
    const id = generationOf(name);
    if (id !== undefined) found.add(id);
  }
  const stored = await list.read();
  // A list that vanished says nothing about what is good: nothing is removed on its account.
  if (stored === undefined) return;
  for (const { id } of stored.value.generations) found.delete(id);
  for (const id of found) await removeGeneration(id, blobs);
}

/** Removes all blobs of a generation. */
export async function removeGeneration(id: string, blobs: BlobStore): Promise<void> {
  for await (const { name } of blobs.list(generationPrefix(id))) await blobs.remove(name);
}
