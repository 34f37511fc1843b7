import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { EVENT_KIND } from '../../src/domain/audit/events.ts';
import type { Part } from '../../src/domain/sealing.ts';
import { type EpochMs, SECOND } from '../../src/model/instant.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Document } from '../support/cosmos-double/documents.ts';
import { ON_COSMOS } from '../support/stores.ts';

/** An event as it lies in the store; an empty text where there is none. */
export interface LyingEvent {
  readonly id: string;
  readonly facility: string;
  readonly class: string;
  readonly day: string;
  readonly at: number;
  readonly clear: JsonObject;
  readonly expiresAt: EpochMs | null;
  readonly committedAt: EpochMs;
  readonly etag: string;
}

/** What somebody can do to a tenant's events who owns the disk, or the account, and asks no adapter. */
export interface HandOnEvents {
  /** Changes what lies there, its id too. */
  edit(id: string, change: (event: LyingEvent) => Partial<LyingEvent>): void;
  remove(id: string): void;
  copy(id: string, as: string): void;
  /** Puts back all events as they lay when the hand came. */
  undo(): void;
}

/** A sealed text as it lies in the store. */
export interface LyingText {
  readonly kind: string;
  readonly id: string;
  readonly part: Part;
  readonly text: string;
}

interface LyingItems {
  events(): readonly LyingEvent[];
  putEvents(events: readonly LyingEvent[]): void;
  sealed(): readonly LyingText[];
}

/** The hand on a tenant's events in the stores of a folder, which are open. */
export async function handOnEvents(folder: string, tenantId: string): Promise<HandOnEvents> {
  const items = await lyingItems(folder, tenantId);
  const kept = items.events();
  const each = (id: string, change: (event: LyingEvent) => readonly LyingEvent[]) =>
    items.putEvents(items.events().flatMap((event) => (event.id === id ? change(event) : [event])));
  return {
    edit: (id, change) => each(id, (event) => [{ ...event, ...change(event) }]),
    remove: (id) => each(id, () => []),
    copy: (id, as) => each(id, (event) => [event, { ...event, id: as }]),
    undo: () => items.putEvents(kept),
  };
}

/** Every sealed text of a tenant in the stores of a folder. */
export async function sealedTexts(folder: string, tenantId: string): Promise<readonly LyingText[]> {
  return (await lyingItems(folder, tenantId)).sealed();
}

async function lyingItems(folder: string, tenantId: string): Promise<LyingItems> {
  return ON_COSMOS ? inDocuments(folder, tenantId) : inDatabase(folder, tenantId);
}

function inDatabase(folder: string, tenantId: string): LyingItems {
  const database = new DatabaseSync(join(folder, 'data.sqlite'));
  onTestFinished(() => database.close());
  return {
    events: () =>
      database
        .prepare('SELECT * FROM items WHERE tenant = ? AND kind = ?')
        .all(tenantId, EVENT_KIND)
        .map((row) => ({
          id: String(row['id']),
          facility: String(row['facility']),
          class: String(row['class'] ?? ''),
          day: String(row['day'] ?? ''),
          at: Number(row['at']),
          clear: JSON.parse(String(row['clear'])) as JsonObject,
          expiresAt: row['expires_at'] === null ? null : Number(row['expires_at']),
          committedAt: Number(row['committed_at']),
          etag: String(row['etag']),
        })),
    putEvents(events) {
      database.prepare('DELETE FROM items WHERE tenant = ? AND kind = ?').run(tenantId, EVENT_KIND);
      const insert = database.prepare(
        `INSERT INTO items (tenant, kind, id, facility, class, day, at, clear, expires_at, committed_at, etag)
         VALUES (?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, ?, ?, ?, ?)`,
      );
      for (const { id, facility, class: of, day, at, clear, expiresAt, committedAt, etag } of events) {
        const values = [facility, of, day, at, JSON.stringify(clear), expiresAt, committedAt, etag];
        insert.run(tenantId, EVENT_KIND, id, ...values);
      }
    },
    sealed: () =>
      database
        .prepare('SELECT kind, id, card, body FROM items LEFT JOIN bodies ON row = body_row WHERE tenant = ?')
        .all(tenantId)
        .flatMap(({ kind, id, card, body }) => textsOf({ kind, id, card, body })),
  };
}

async function inDocuments(folder: string, tenantId: string): Promise<LyingItems> {
  const { tenantDocuments } = await import('../support/cosmos-double/cosmos-stores.ts');
  const documents = await tenantDocuments(folder);
  const all = () => documents.lying(tenantId);
  return {
    events: () => all().filter(isEvent).map(eventOf),
    putEvents: (events) =>
      documents.lay(tenantId, [
        ...all().filter((each) => !isEvent(each)),
        ...events.map((event) => documentOf(tenantId, event)),
      ]),
    sealed: () => all().flatMap(({ kind, key, card, body }) => textsOf({ kind, id: key, card, body })),
  };
}

function isEvent({ kind }: Document): boolean {
  return kind === EVENT_KIND;
}

function eventOf(document: Document): LyingEvent {
  const { key, facility, class: of, day, at, clear, expiresAt, _ts, _etag } = document;
  return {
    id: String(key),
    facility: String(facility ?? ''),
    class: String(of ?? ''),
    day: String(day ?? ''),
    at: Number(at),
    clear: clear as JsonObject,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : null,
    committedAt: _ts * SECOND,
    etag: _etag,
  };
}

function documentOf(tenantId: string, event: LyingEvent): Document {
  const { id, facility, class: of, day, at, clear, expiresAt, committedAt, etag } = event;
  return {
    ...{ id: `${EVENT_KIND}:${id}`, tenantId, kind: EVENT_KIND, key: id, at, clear },
    ...(facility && { facility }),
    ...(of && { class: of }),
    ...(day && { day }),
    ...(expiresAt !== null && { expiresAt }),
    ...{ _rid: `laid ${id}`, _etag: etag, _ts: Math.floor(committedAt / SECOND) },
  };
}

function textsOf({ kind, id, ...parts }: Readonly<Record<string, unknown>>): readonly LyingText[] {
  return (['card', 'body'] as const).flatMap((part) => {
    const text = parts[part];
    return typeof text === 'string' ? [{ kind: String(kind), id: String(id), part, text }] : [];
  });
}
