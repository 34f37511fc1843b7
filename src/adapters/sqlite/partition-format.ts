import { COMMIT_STAMP_TABLE } from './commit-stamp.ts';
import type { FileFormat } from './database-file.ts';

/**
 * `data.sqlite`. Items are clustered by facility, so that the cards of one facility are read from one stretch of the
 * file (200 of them 6 times faster than clustered by id); '' stands for "no facility". Bodies lie in a table of their
 * own: listing cards touches no page that holds one.
 */
export const PARTITION_FORMAT: FileFormat = {
  // "LSKd"
  applicationId: 0x4c534b64,
  version: 1,
  schema: `
    CREATE TABLE bodies (
      row INTEGER PRIMARY KEY,
      body TEXT NOT NULL
    ) STRICT;
    CREATE TABLE items (
      tenant TEXT NOT NULL,
      kind TEXT NOT NULL,
      facility TEXT NOT NULL,
      id TEXT NOT NULL,
      class TEXT,
      day TEXT,
      at INTEGER,
      expires_at INTEGER,
      committed_at INTEGER NOT NULL,
      etag TEXT NOT NULL,
      body_row INTEGER,
      clear TEXT,
      card TEXT,
      PRIMARY KEY (tenant, kind, facility, id)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX items_by_id ON items (tenant, kind, id);
    CREATE INDEX items_by_day ON items (tenant, kind, day, facility, id) WHERE day IS NOT NULL;
    CREATE INDEX items_by_time ON items (tenant, kind, at, id) WHERE at IS NOT NULL;
    CREATE INDEX items_by_commit ON items (tenant, kind, committed_at, id) WHERE at IS NOT NULL;
    CREATE INDEX items_by_expiry ON items (tenant, expires_at) WHERE expires_at IS NOT NULL;
    CREATE TRIGGER bodies_follow_items AFTER DELETE ON items WHEN old.body_row IS NOT NULL
      BEGIN DELETE FROM bodies WHERE row = old.body_row; END;
    ${COMMIT_STAMP_TABLE}
  `,
};
