import { expect, test } from 'vitest';
import { sourceFiles } from '../../architecture/source-files.ts';

function callers(call: string): readonly string[] {
  return sourceFiles()
    .filter(({ text }) => text.includes(call))
    .map(({ path }) => path);
}

test('records are opened without a read event by generations alone, which nobody looks at', () => {
  expect(callers('ReadWitness.forGeneration(')).toEqual(['domain/backups/backup-document.ts']);
});

test('the handle that writes while a tenant is closed is made by the restore alone', () => {
  expect(callers('.openRestoring(')).toEqual(['jobs/restore/restore-gate.ts']);
  expect(callers("'portion-of-a-restore', ")).toEqual([
    'jobs/restore/commit-portions.ts',
    'jobs/restore/rebuild-uniques.ts',
  ]);
});
