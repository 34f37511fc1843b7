import type { TelemetryProperties } from '../../ports/telemetry.ts';

/** An error as it leaves the process. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  /** Where it was thrown: `at ...` lines. */
  readonly frames: readonly string[];
  /** Names and messages of its causes, nearest first. */
  readonly causes: readonly string[];
}

/** Stands where something was held back, so that people see the mistake and not the content. */
const WITHHELD = '[withheld]';

/** Ids, codes, routes, versions, instants and counts; no name of a person in Japanese, no address, query string or JSON. */
const SHAPE = /^[\w .,:;/+*{}()[\]-]{0,200}$/;

/** What a message may quote: a value in quotes, text that is not English, an address of mail. */
const QUOTED = /"[^"]*"?|`[^`]*`?|[^\x20-\x7e]+|\S+@\S+/g;

/** A line of a stack, with file, line and column. */
const FRAME = /^\s+at [\x20-\x7e]+:\d+:\d+\)?$/;

const MESSAGE_MAX = 500;
const FRAMES_MAX = 30;
const CAUSES_MAX = 3;

/**
 * Properties as texts. What may be in them is the callers' promise (see the port); this is the second line: a value of
 * another shape than those that are meant to leave is withheld.
 */
export function sentProperties(properties: TelemetryProperties = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, sentValue(value)]));
}

function sentValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && SHAPE.test(value) ? value : WITHHELD;
}

/** What was thrown, whatever it is, without what its messages quote. Never throws. */
export function sentError(thrown: unknown): SentError {
  try {
    return { ...told(thrown), frames: framesOf(thrown), causes: causesOf(thrown) };
  } catch {
    return { name: 'Error', message: 'something was thrown that cannot be shown', frames: [], causes: [] };
  }
}

function told(thrown: unknown): { readonly name: string; readonly message: string } {
  const error = thrown instanceof Error ? thrown : { name: 'Thrown', message: String(thrown) };
  return {
    name: /^\w{1,64}$/.test(error.name) ? error.name : 'Error',
    message: error.message.replaceAll(QUOTED, WITHHELD).slice(0, MESSAGE_MAX),
  };
}

function framesOf(thrown: unknown): readonly string[] {
  if (!(thrown instanceof Error)) return [];
  const { stack = '', message } = thrown;
  // Only what follows the message: a line of it may look like a frame.
  return stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, FRAMES_MAX);
}

function causesOf(thrown: unknown): readonly string[] {
  const causes: string[] = [];
  let cause = thrown instanceof Error ? thrown.cause : undefined;
  for (; cause !== undefined && causes.length < CAUSES_MAX; cause = cause instanceof Error ? cause.cause : undefined) {
    const { name, message } = told(cause);
    causes.push(`${name}: ${message}`);
  }
  return causes;
}
