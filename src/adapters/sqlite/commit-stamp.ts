import type { EpochMs } from '../../model/instant.ts';
import { integer } from './column-values.ts';
import type { Database } from './database.ts';

/** The one row that numbers the commits of a file and remembers the time of the newest. */
export const COMMIT_STAMP_TABLE = `
  CREATE TABLE commit_stamp (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL,
    committed_at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO commit_stamp VALUES (1, 0, 0);
`;

/**
 * The stamp of the transaction that is being written: its etag, never given twice in this file, and its commit time,
 * never before that of the commit before, whatever the host's clock does and after any restart. Inside `write`.
 */
export function stampCommit(database: Database, storeTime: EpochMs): { etag: string; committedAt: EpochMs } {
  const row = database.row(
    `UPDATE commit_stamp SET revision = revision + 1, committed_at = max(committed_at, ?)
     RETURNING revision, committed_at`,
    storeTime,
  );
  return { etag: etagOf(integer(row?.[0])), committedAt: integer(row?.[1]) };
}

/** The store's own time: the host's, unless a commit is stamped later than that. Inside `read` or `write`. */
export function storeNow(database: Database, storeTime: EpochMs): EpochMs {
  return Math.max(storeTime, integer(database.row('SELECT committed_at FROM commit_stamp')?.[0]));
}

/** Quoted, as ETags are everywhere else. */
function etagOf(revision: number): string {
  return `"${revision.toString(36)}"`;
}
