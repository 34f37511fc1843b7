import { type CivilDay, DAY, type EpochMs, HOUR } from '../model/instant.ts';

/**
 * Japan Standard Time is UTC+9 without exception since the last summer time ended on 8 September 1951 (the law of
 * summer time was repealed by Act No. 84 of 1952), so a fixed offset is right for every day that the service handles.
 */
const TOKYO_OFFSET = 9 * HOUR;

/** The civil day in Asia/Tokyo at an instant. Throws RangeError outside the years 0 to 9999. */
export function civilDay(at: EpochMs): CivilDay {
  return fromUtcMidnight(Math.floor((at + TOKYO_OFFSET) / DAY) * DAY);
}

/** The instant at which a civil day begins: 00:00 +09:00. Throws RangeError when the text is no civil day. */
export function startOfDay(day: CivilDay): EpochMs {
  return utcMidnight(day) - TOKYO_OFFSET;
}

/** The instant at which a civil day has ended: 00:00 +09:00 of the next. Throws RangeError when the text is no civil day. */
export function endOfDay(day: CivilDay): EpochMs {
  return startOfDay(day) + DAY;
}

/** Whether the text is `YYYY-MM-DD` and that day exists in the Gregorian calendar. */
export function isCivilDay(text: string): text is CivilDay {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const { year, month, day } = numbers(text);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

/** Days of a month (1-12) in the Gregorian calendar. */
function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** The day `days` later (earlier when negative). Throws RangeError when the text is no civil day. */
export function addDays(day: CivilDay, days: number): CivilDay {
  return fromUtcMidnight(utcMidnight(day) + days * DAY);
}

/** Whole days from `from` to `to`, negative when `to` is earlier. Throws RangeError when a text is no civil day. */
export function daysBetween(from: CivilDay, to: CivilDay): number {
  return (utcMidnight(to) - utcMidnight(from)) / DAY;
}

/** 0 (Sunday) to 6 (Saturday). Throws RangeError when the text is no civil day. */
export function weekday(day: CivilDay): number {
  return new Date(utcMidnight(day)).getUTCDay();
}

/** The school year (年度) that a day belongs to, named by the year in which it begins: 1 April to 31 March. */
export function schoolYear(day: CivilDay): number {
  const { year, month } = parts(day);
  return month >= 4 ? year : year - 1;
}

/** First and last day of a school year (年度). */
export function schoolYearBounds(year: number): { readonly first: CivilDay; readonly last: CivilDay } {
  return { first: `${padded(year, 4)}-04-01`, last: `${padded(year + 1, 4)}-03-31` };
}

/** Age in full years on a day, a birthday on that day included; negative before the birth. */
export function ageOn(birthDate: CivilDay, day: CivilDay): number {
  const born = parts(birthDate);
  const on = parts(day);
  return on.year - born.year - (birthDate.slice(5) > day.slice(5) ? 1 : 0);
}

/**
 * The class age (0歳児 ...) in a school year: full years on its 1 April, a birthday on 1 April included, so that children
 * born 2020-04-02 and 2021-04-01 are in one year group. Who is born in the course of the year is 0.
 */
export function classAge(birthDate: CivilDay, year: number): number {
  return Math.max(0, ageOn(birthDate, schoolYearBounds(year).first));
}

export interface Era {
  readonly name: string;
  /** As official forms abbreviate it. */
  readonly letter: string;
  readonly first: CivilDay;
  /** Null for the era that runs. */
  readonly last: CivilDay | null;
}

/**
 * Eras, newest first. Sources: 令和 Cabinet Order 143 of 2019, 平成 Cabinet Order 1 of 1989, 昭和 and 大正 the edicts of
 * 1926-12-25 and 1912-07-30 (in force on the very day, which so belongs to two eras), 明治 from the start of Gregorian
 * dates in Japan on 1873-01-01 (明治6年; Dajokan Proclamation 337 of 1872). A new era is one line here.
 */
export const ERAS: readonly Era[] = [
  { name: '令和', letter: 'R', first: '2019-05-01', last: null },
  { name: '平成', letter: 'H', first: '1989-01-08', last: '2019-04-30' },
  { name: '昭和', letter: 'S', first: '1926-12-25', last: '1989-01-07' },
  { name: '大正', letter: 'T', first: '1912-07-30', last: '1926-12-25' },
  { name: '明治', letter: 'M', first: '1873-01-01', last: '1912-07-30' },
];

/** The first year of an era as a Gregorian year: 元年. 明治 counts from 1868. */
export function firstYear(era: Era): number {
  return era.letter === 'M' ? 1868 : parts(era.first).year;
}

/** A day as papers write it, `令和8年11月24日`, the first year as 元年. Throws RangeError before 1873-01-01. */
export function eraDate(day: CivilDay): string {
  const { month, day: ofMonth } = parts(day);
  return `${eraYear(day)}${month}月${ofMonth}日`;
}

/** The year of a day in its era, `令和8年`, `令和元年`. Throws RangeError before 1873-01-01. */
export function eraYear(day: CivilDay): string {
  const era = ERAS.find(({ first }) => day >= first);
  if (era === undefined) throw new RangeError(`no era at ${day}`);
  const number = parts(day).year - firstYear(era) + 1;
  return `${era.name}${number === 1 ? '元' : number}年`;
}

/** The civil day of a year, month (1-12) and day, or undefined when there is no such day. */
export function dayOf(year: number, month: number, day: number): CivilDay | undefined {
  const text = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  return isCivilDay(text) ? text : undefined;
}

interface DayParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function parts(day: CivilDay): DayParts {
  if (!isCivilDay(day)) throw new RangeError(`not a civil day: ${day}`);
  return numbers(day);
}

/** Without a `Date`: schemas, imports and lists ask this of every day that they see. */
function numbers(text: string): DayParts {
  return { year: Number(text.slice(0, 4)), month: Number(text.slice(5, 7)), day: Number(text.slice(8)) };
}

function utcMidnight(day: CivilDay): number {
  if (!isCivilDay(day)) throw new RangeError(`not a civil day: ${day}`);
  return Date.parse(`${day}T00:00:00.000Z`);
}

function fromUtcMidnight(at: number): CivilDay {
  const text = new Date(at).toISOString();
  if (text.length !== 24) throw new RangeError(`outside the years 0 to 9999: ${text}`);
  return text.slice(0, 10);
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
