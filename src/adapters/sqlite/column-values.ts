import type { SQLOutputValue } from 'node:sqlite';
import type { JsonObject } from '../../model/json.ts';
import { StoreError } from '../../ports/store-error.ts';

/** A column that holds text. Throws StoreError `damaged` for anything else: the tables are STRICT. */
export function text(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new StoreError('damaged', 'a text column holds no text');
  return value;
}

/** A column that holds text or NULL. */
export function textOrNull(value: SQLOutputValue | undefined): string | null {
  return value === null ? null : text(value);
}

/** A column that holds an integer. */
export function integer(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number') throw new StoreError('damaged', 'an integer column holds no integer');
  return value;
}

/** A column that holds an integer or NULL. */
export function integerOrNull(value: SQLOutputValue | undefined): number | null {
  return value === null ? null : integer(value);
}

/** A column that holds a JSON object as text. The parser's own message would quote the content, so it is dropped. */
export function jsonObject(value: SQLOutputValue | undefined): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text(value));
  } catch {
    throw new StoreError('damaged', 'a JSON column holds no JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new StoreError('damaged', 'a JSON column holds no object');
  }
  return parsed as JsonObject;
}
