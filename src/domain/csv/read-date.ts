import type { CivilDay } from '../../model/instant.ts';
import { addDays, dayOf, ERAS, type Era, firstYear } from '../calendar.ts';
import { type Finding, finding, noValue, type Reading, value } from './column.ts';

/** Between the numbers of a date; years and months may have 年 and 月 instead. Full width comes as these after NFKC. */
const MARK = '[/.\\-‐−・]';
const MONTH_AND_DAY = `(\\d{1,2})(?:月|${MARK})(\\d{1,2})日?`;
const ERA_NAMES = ERAS.flatMap(({ name, letter }) => [name, name.charAt(0), letter]).join('|');

const WESTERN = new RegExp(`^(?:西暦)?(\\d{4})(?:年|${MARK})${MONTH_AND_DAY}$`, 'u');
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/u;
const JAPANESE = new RegExp(`^(${ERA_NAMES})(\\d{1,2}|元)(?:年|${MARK})${MONTH_AND_DAY}$`, 'iu');
/** Five digits reach from 1927-05-18 to 2173-10-13; a time of the day may follow as a fraction. */
const EXCEL_SERIAL = /^([1-9]\d{4})(?:\.\d+)?$/u;
/**
 * Excel counts days from 1900-01-01 as 1 and believes in a 1900-02-29, so that after it serial 0 falls on 1899-12-30
 * (documented by Microsoft as the 1900 date system).
 */
const EXCEL_DAY_ZERO: CivilDay = '1899-12-30';

const TWO_DIGIT_YEAR = new RegExp(`^'?(\\d{1,2})(?:年|${MARK})${MONTH_AND_DAY}$`, 'u');
const SIX_DIGITS = /^(\d{2})(\d{2})(\d{2})$/u;
const YEAR_LAST = new RegExp(`^\\d{1,2}${MARK}\\d{1,2}${MARK}\\d{4}$`, 'u');
const WITHOUT_YEAR = new RegExp(`^(?:${MONTH_AND_DAY}|\\d{1,2}-[a-z]{3}|[a-z]{3}-\\d{1,2})$`, 'iu');
const WITHOUT_DAY = new RegExp(`^(?:(?:${ERA_NAMES})(?:\\d{1,2}|元)|\\d{4})(?:年|${MARK})(?:\\d{1,2}月?)?$`, 'iu');

/**
 * Reads a date as people and programs in Japan write it: 2021/4/1, 2021-04-01, 2021.4.1, 20210401, 2021年4月1日,
 * 令和3年4月1日, R3.4.1, 令和元年5月1日, full width, with a weekday or midnight after it, and Excel's serial numbers.
 * An era date outside its era is read and warned about. Dates without year or day, with a two-digit year or with the
 * year last are refused with advice. Years from 1900 to 2199. Never throws.
 */
export function readDate(cell: string): Reading<CivilDay> {
  const plain = cell
    .normalize('NFKC')
    .trim()
    .replace(/\s+/gu, ' ')
    .replace(/[T ] ?0{1,2}:00(?::00(?:\.0+)?)?$/u, '')
    .replaceAll(' ', '')
    .replace(/\([日月火水木金土](?:曜日?)?\)$/u, '')
    .replace(/生(?:まれ)?$/u, '');
  const western = WESTERN.exec(plain) ?? COMPACT.exec(plain);
  if (western !== null) return existing(Number(western[1]), western[2], western[3]);
  const japanese = JAPANESE.exec(plain);
  if (japanese !== null) return ofEra(japanese);
  const serial = EXCEL_SERIAL.exec(plain);
  if (serial !== null) return value(addDays(EXCEL_DAY_ZERO, Number(serial[1])));
  return noValue(refusal(plain));
}

function ofEra([, name = '', yearOfEra, month, day]: RegExpExecArray): Reading<CivilDay> {
  const era = ERAS.find((one) => one.name.startsWith(name) || one.letter === name.toUpperCase());
  if (era === undefined || Number(yearOfEra) === 0) return noValue(unreadableDate());
  const year = firstYear(era) + (yearOfEra === '元' ? 1 : Number(yearOfEra)) - 1;
  const reading = existing(year, month, day);
  if (reading.value === undefined) return reading;
  return isWithin(reading.value, era) ? reading : value(reading.value, outsideEra(era, reading.value));
}

function isWithin(day: CivilDay, era: Era): boolean {
  return day >= era.first && (era.last === null || day <= era.last);
}

function existing(year: number, month: string | undefined, day: string | undefined): Reading<CivilDay> {
  const found = year >= 1900 && year <= 2199 ? dayOf(year, Number(month), Number(day)) : undefined;
  if (found !== undefined) return value(found);
  return noValue(
    finding(
      'error',
      'no-such-day',
      'という日はありません。年月日をご確認ください。',
      'is a day that does not exist. Please check it.',
    ),
  );
}

function refusal(plain: string): Finding {
  const short = TWO_DIGIT_YEAR.exec(plain) ?? SIX_DIGITS.exec(plain);
  if (short !== null) {
    const year = (Number(short[1]) <= 50 ? 2000 : 1900) + Number(short[1]);
    const example = `${year}/${Number(short[2])}/${Number(short[3])}`;
    return finding(
      'error',
      'two-digit-year',
      `は年が2けたです。${example} のように4けたで書いてください。和暦なら R3.4.1 のように元号をつけてください。`,
      `has a year of two digits. Write four, as in ${example}, or an era, as in R3.4.1.`,
    );
  }
  if (YEAR_LAST.test(plain)) {
    return finding(
      'error',
      'year-last',
      'は月と日のどちらが先か分かりません。2021/4/1 のように年・月・日の順に書いてください。',
      'does not say which number is the month. Write year, month, day, as in 2021/4/1.',
    );
  }
  if (WITHOUT_YEAR.test(plain)) {
    return finding(
      'error',
      'no-year',
      'には年がありません。2021/4/1 のように年から書いてください。',
      'has no year. Write it as in 2021/4/1.',
    );
  }
  if (WITHOUT_DAY.test(plain)) {
    return finding(
      'error',
      'no-day',
      'は年月日がそろっていません。2021/4/1 のように日まで書いてください。',
      'is not a whole date. Write year, month and day, as in 2021/4/1.',
    );
  }
  return unreadableDate();
}

function unreadableDate(): Finding {
  return finding(
    'error',
    'no-date',
    'は日付として読み取れません。2021/4/1 または R3.4.1 のように書いてください。',
    'cannot be read as a date. Write it as in 2021/4/1 or R3.4.1.',
  );
}

function outsideEra(era: Era, day: CivilDay): Finding {
  const western = day.replaceAll('-', '/');
  return finding(
    'warning',
    'outside-era',
    `は${era.name}の期間の外の日付です。${western} として読み取りました。よろしいかご確認ください。`,
    `lies outside the era ${era.name}. It was read as ${western}; please check it.`,
  );
}
