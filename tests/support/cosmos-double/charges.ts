import type { ContainerLayout } from '../../../src/adapters/cosmos/container-layout.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';

/**
 * Request units as the documentation of Cosmos DB tells them: a point read 1 for 1 KB and 10 for 100 KB, a write 5 and 50,
 * a query 2.5 at least, all reads twice that under strong consistency. What an entry of an index costs is nowhere told
 * and assumed here, so that figures made of these are estimates until an account has answered.
 */
const READ = { small: 1, large: 10 };
const WRITE = { small: 5, large: 50 };
const QUERY_LEAST = 2.5;
const STRONG = 2;
/** Assumed: for each value that comes into an index or goes out of it. */
const INDEX_ENTRY = 0.5;
/** Assumed: for each item that a query gives, beside what its size costs. */
const QUERIED_ITEM = 0.1;

const KB = 1024;

/** What reading one item costs, found or not, in a batch or alone. */
export function readCharge(document: JsonObject | undefined): number {
  return rounded(STRONG * ofSize(READ, document));
}

/** What a page of a query costs. */
export function queryCharge(results: readonly JsonValue[]): number {
  const content = (READ.large / (100 * KB)) * bytesOf(results);
  return rounded(STRONG * (QUERY_LEAST + QUERIED_ITEM * results.length + content));
}

/** What it costs that `after` stands where `before` stood; one of them is undefined when an item is created or deleted. */
export function writeCharge(
  layout: ContainerLayout,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): number {
  const [was, is] = [entries(layout, before), entries(layout, after)];
  const changed = [...was, ...is].filter((entry) => !was.has(entry) || !is.has(entry)).length;
  return rounded(ofSize(WRITE, after ?? before) + INDEX_ENTRY * changed);
}

function ofSize({ small, large }: typeof READ, document: JsonObject | undefined): number {
  const kilobytes = Math.max(1, document === undefined ? 0 : bytesOf(document) / KB);
  return small + ((large - small) / 99) * (kilobytes - 1);
}

/** Every value that an index of the container holds for a document. */
function entries(layout: ContainerLayout, document: JsonObject | undefined): ReadonlySet<string> {
  if (document === undefined) return new Set();
  const single = layout.includedPaths.flatMap((path) => valuesAt(document, path).map((value) => `${path} ${value}`));
  const composite = layout.compositeIndexes.flatMap((paths) => {
    const values = paths.map((path) => valuesAt(document, path)[0]);
    return values.includes(undefined) ? [] : [`${paths.join()} ${values.join()}`];
  });
  return new Set([...single, ...composite]);
}

/** The scalar values under a path as index policies write it: `/clear/targets/[]/?`. */
function valuesAt(document: JsonObject, path: string): readonly string[] {
  let found: JsonValue[] = [document];
  for (const step of path.split('/').slice(1)) {
    if (step === '?') break;
    found = found.flatMap((value): JsonValue[] => {
      if (step === '[]') return Array.isArray(value) ? [...value] : [];
      const inner = isObject(value) ? value[step] : undefined;
      return inner === undefined ? [] : [inner];
    });
  }
  return found.filter((value) => typeof value !== 'object' || value === null).map(String);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bytesOf(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** As the service tells them: two digits after the point. */
function rounded(units: number): number {
  return Math.round(units * 100) / 100;
}
