import { Cron } from 'croner';

/** How croner has to read a pattern of `readNcrontab`: in UTC, day and weekday both fitting, never two runs at once. */
export const CRON_OPTIONS = { mode: '6-part', timezone: 'UTC', domAndDow: true, protect: true, paused: true } as const;

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Full names in the order of their numbers, from `min` on. */
  readonly names?: readonly string[];
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

/** Source: NCRONTAB expressions in "Timer trigger for Azure Functions"; ranges as in the NCrontab library. */
const FIELDS: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: WEEKDAYS },
];

const PART = /^(?:\*|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d{1,2}))?$/;

/**
 * Reads a six-field NCRONTAB schedule and writes it with plain numbers, so that croner means the same by it: `*`, lists,
 * ranges, steps (`5/15` runs from 5 to the end), month and weekday names, short or full. Stricter than NCrontab on
 * purpose: a range that runs backwards is refused (NCrontab swaps its ends silently), and a step longer than its field.
 * Throws RangeError naming the field, also for what cron dialects add and Azure refuses (7 for Sunday, L, ?, #, @daily),
 * and for a time that never comes (31 February).
 */
export function readNcrontab(schedule: string): string {
  const texts = schedule.trim().split(/\s+/);
  if (texts.length !== FIELDS.length) throw new RangeError(`six fields are needed, ${texts.length} were given`);
  const pattern = FIELDS.map((field, i) => readField(field, texts[i] ?? '')).join(' ');
  if (new Cron(pattern, CRON_OPTIONS).nextRun() === null) throw new RangeError('its time never comes');
  return pattern;
}

function readField(field: Field, text: string): string {
  const values = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const match = PART.exec(part);
    if (match === null) throw new RangeError(`the ${field.name} field cannot be "${text}"`);
    const [, first, last, stepText] = match;
    const from = first === undefined ? field.min : readValue(field, first);
    const open = first === undefined || stepText !== undefined;
    const to = last === undefined ? (open ? field.max : from) : readValue(field, last);
    const step = stepText === undefined ? 1 : Number(stepText);
    if (to < from) throw new RangeError(`the ${field.name} field has a range that runs backwards: "${part}"`);
    if (step < 1 || step > field.max) throw new RangeError(`the ${field.name} field cannot have the step ${step}`);
    for (let value = from; value <= to; value += step) values.add(value);
  }
  if (values.size === field.max - field.min + 1) return '*';
  return [...values].sort((a, b) => a - b).join(',');
}

function readValue(field: Field, text: string): number {
  const byName = text.length < 3 ? -1 : (field.names ?? []).findIndex((n) => n === text || n.slice(0, 3) === text);
  const value = byName >= 0 ? field.min + byName : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.min && value <= field.max)) {
    throw new RangeError(`the ${field.name} field cannot hold "${text}" (${field.min} to ${field.max})`);
  }
  return value;
}
