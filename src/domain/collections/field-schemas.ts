import * as z from 'zod';
import type { Text } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import { isCivilDay } from '../calendar.ts';
import { UUID_OF_SERVICE } from '../ids.ts';

/**
 * The parts that schemas of records are made of. Texts are kept exactly as typed: nothing here trims or normalises,
 * because NFC alone changes 22 characters of cp932.
 */

/** What a refinement says, in the form that validation hands on to people. */
export function because(code: string, ja: string, en: string): { readonly params: { code: string; text: Text } } {
  return { params: { code, text: { ja, en } } };
}

const NO_CONTROLS = because(
  'control-character',
  '目に見えない制御文字が入っています。入力し直してください。',
  'It holds invisible control characters. Type it again.',
);
const NOT_BLANK = because('blank', '入力してください。', 'This is required.');

/** One line of text of at most `max` UTF-16 units; may be empty. */
export function line(max: number) {
  return z
    .string()
    .max(max)
    .refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), NO_CONTROLS);
}

/** One line of text with something to see in it. */
export function filledLine(max: number) {
  return line(max).refine((text) => /\S/.test(text), NOT_BLANK);
}

/** Text of several lines; may be empty. Of the control characters it holds line breaks and tabs only. */
export function block(max: number) {
  return z
    .string()
    .max(max)
    .refine((text) => !/[^\P{Cc}\n\r\t]/u.test(text), NO_CONTROLS);
}

/** The years that records can speak of: nobody in care was born before, no plan reaches beyond. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;

/** A civil day in Asia/Tokyo that exists, `YYYY-MM-DD`, of the years 1900 to 2199. */
export const day: z.ZodType<CivilDay, CivilDay> = z
  .string()
  .refine(
    (text) => isCivilDay(text) && Number(text.slice(0, 4)) >= FIRST_YEAR && Number(text.slice(0, 4)) <= LAST_YEAR,
    {
      ...because(
        'no-day',
        'その日付はありません。「2026-04-01」の形で入力してください。',
        'No such day. Write it as 2026-04-01.',
      ),
      // Rules about several days may rely on each being one.
      abort: true,
    },
  )
  .meta({ format: 'date' });

/** A school year (年度) by the year in which it begins. */
export const schoolYearNumber = z
  .int()
  .min(2000)
  .max(LAST_YEAR - 1);

/** The id of a record. */
export const recordId = z.string().regex(UUID_OF_SERVICE);

/** Where something stands among its like; smaller first. */
export const position = z.int().min(0).max(9999);

/** `150-0001`, or empty. */
export const postalCode = z
  .string()
  .refine(
    (text) => text === '' || /^\d{3}-\d{4}$/.test(text),
    because('no-postal-code', '郵便番号は「150-0001」の形で入力してください。', 'Write the postal code as 150-0001.'),
  );

/** A phone number as people write it; may be empty. */
export const phone = line(30);

/** Phone numbers in the order in which they are called. */
export const phones = z.array(filledLine(30)).max(5).default([]);
