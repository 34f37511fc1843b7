import {
  type ArchivedEvent,
  digestAfter,
  entryBytes,
  entryHash,
  LOG_START,
  type LogMark,
  markOf,
} from '../../../src/domain/audit/digest.ts';
import { newId } from '../../../src/domain/ids.ts';
import { HOUR, instant } from '../../../src/model/instant.ts';
import { FAKE_START } from '../../support/fake-clock.ts';

/** An exported log of so many digests with two events each: its lines, and the mark after each digest. */
export function exportedLog(digests: number, tenant = 'sakura'): { lines: Uint8Array[]; marks: LogMark[] } {
  const marks: LogMark[] = [LOG_START];
  const lines: Uint8Array[] = [];
  for (let number = 1; number <= digests; number += 1) {
    const hour = FAKE_START + number * HOUR;
    const events = [event(hour - 2000), event(hour - 1000)];
    const digest = digestAfter(tenant, marks.at(-1) ?? LOG_START, number, events, hour);
    const bytes = entryBytes(digest);
    lines.push(bytes);
    marks.push(markOf(digest, entryHash(bytes)));
  }
  return { lines, marks };
}

function event(at: number): ArchivedEvent {
  const clear = { at: instant(at), action: 'record-read', actor: null };
  return { id: newId(at), committedAt: instant(at), index: { at }, clear };
}
