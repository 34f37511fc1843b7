import { readFileSync } from 'node:fs';

/** A resource as the compiler foresees it: its properties evaluated, what only Azure knows left as `[expression]` text. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly location?: string;
  readonly properties?: unknown;
}

export interface Snapshot {
  readonly predictedResources: readonly Resource[];
}

/** The folder of the infrastructure's source. */
export const BICEP = new URL('../../bicep/', import.meta.url);

/** The committed snapshot of the deployment: what everything here is asserted on. */
export const SNAPSHOT = JSON.parse(readFileSync(new URL('prod.snapshot.json', BICEP), 'utf8')) as Snapshot;

/** All resources of a type; throws when there is none, so that no assertion passes for want of a subject. */
export function ofType(snapshot: Snapshot, type: string): readonly Resource[] {
  const found = snapshot.predictedResources.filter((resource) => resource.type === type);
  if (found.length === 0) throw new Error(`the snapshot holds no ${type}`);
  return found;
}

/** The one resource of a type whose name holds `part`. Throws when there is none or more than one. */
export function one(snapshot: Snapshot, type: string, part: string): Resource {
  const found = ofType(snapshot, type).filter(({ name }) => name.includes(part));
  const [resource] = found;
  if (resource === undefined || found.length > 1) throw new Error(`${found.length} ${type} are called ${part}`);
  return resource;
}

/** The value at a path of property names and positions, `a.b.0.c`; undefined when there is none. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], value);
}

/** The list at a path; empty when there is none. */
export function list(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** The text at a path; throws when there is none. */
export function text(value: unknown, path: string): string {
  const found = at(value, path);
  if (typeof found !== 'string') throw new Error(`no text at ${path}`);
  return found;
}

/** The last segment of a name or resource id. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
