import { Failure } from '../../model/failure.ts';
import { HOUR, type Instant, instant, MINUTE } from '../../model/instant.ts';
import { isCivilDay, startOfDay } from '../calendar.ts';
import { instantInput } from '../instant-input.ts';

const IN_JAPAN = /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)$/;

/**
 * A time as operators write it: minutes of a day in Japan, `2026-12-01T02:00`, or ISO 8601 with `Z` or an offset.
 * Throws Failure `invalid-input` for anything else.
 */
export function announcedTime(text: string): Instant {
  const [, day = '', hours, minutes] = IN_JAPAN.exec(text) ?? [];
  if (isCivilDay(day)) return instant(startOfDay(day) + Number(hours) * HOUR + Number(minutes) * MINUTE);
  const read = instantInput.safeParse(text);
  if (read.success) return read.data;
  const en = `"${text}" cannot be used as a time; write it in Japan time like 2026-12-01T02:00, or with an offset like 2026-11-30T17:00:00Z.`;
  const ja = `「${text}」は日時として使えません。日本時間で 2026-12-01T02:00 のように入力してください。`;
  throw new Failure('invalid-input', { text: { ja, en }, detail: en });
}
