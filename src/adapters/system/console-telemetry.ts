import { instant } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry, TelemetryProperties } from '../../ports/telemetry.ts';

export interface ConsoleStreams {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
}

/** How many frames of an error's stack are shown: enough to find the line, short enough for one line. */
const FRAMES = 4;

/** Control, format and separator characters: whatever could end a line or disguise one. */
const LINE_BREAKING = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * One readable line per call: time in UTC, sort, name, `key=value`s. Events and measures go to `out`, alerts and errors
 * to `err`. A value cannot start a line of its own. Lines that a stream did not take are counted, and the next line that
 * is written says how many were lost. `leaveOut` names events that nobody at a terminal needs to read.
 */
export function consoleTelemetry(
  clock: Pick<Clock, 'now'>,
  streams: ConsoleStreams = { out: process.stdout, err: process.stderr },
  leaveOut: (event: string, properties: TelemetryProperties) => boolean = () => false,
): Telemetry {
  let lost = 0;
  // A reader that went away makes the stream emit `error`, which would end the process if nobody listened; the line
  // itself is counted by the callback of its write.
  for (const stream of new Set([streams.out, streams.err])) stream.on('error', () => undefined);

  const write = (stream: NodeJS.WritableStream, line: () => string) => {
    const reported = lost;
    const countLost = (error: unknown) => {
      if (error) lost += reported + 1;
    };
    try {
      const note = reported > 0 ? ` lost-lines=${reported}` : '';
      const text = `${instant(clock.now())} ${line()}${note}`;
      lost = 0;
      stream.write(`${text.replace(LINE_BREAKING, ' ')}\n`, countLost);
    } catch (error) {
      lost = 0;
      countLost(error);
    }
  };

  return {
    event: (name, properties) => {
      if (!leaveOut(name, properties ?? {})) write(streams.out, () => `event   ${name}${pairs(properties)}`);
    },
    measure: (name, value, properties) => write(streams.out, () => `measure ${name} ${value}${pairs(properties)}`),
    alert: (name, properties) => write(streams.err, () => `ALERT   ${name}${pairs(properties)}`),
    error: (error, properties) => write(streams.err, () => `ERROR   ${described(error)}${pairs(properties)}`),
  };
}

function pairs(properties: TelemetryProperties = {}): string {
  return Object.entries(properties)
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? word(value) : value}`)
    .join('');
}

/** A text without spaces and control characters as it is, any other quoted as JSON. */
function word(text: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(text) && !text.includes('"') ? text : JSON.stringify(text);
}

/** What was thrown, its causes and where, on one line; says so when even looking at it throws. */
function described(error: unknown): string {
  try {
    return oneLine(error);
  } catch {
    return 'something was thrown that cannot be shown';
  }
}

function oneLine(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return word(String(error));
  const frames = (error.stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, FRAMES);
  const cause = error.cause === undefined || depth === 3 ? '' : ` caused by ${oneLine(error.cause, depth + 1)}`;
  return `${error.name} ${JSON.stringify(error.message)}${frames.map((frame) => ` ${frame}`).join('')}${cause}`;
}
