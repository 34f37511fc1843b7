import { expect, test } from 'vitest';
import * as z from 'zod';
import { COLLECTIONS } from '../../../src/domain/collections/collection-table.ts';

type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
};

/** Every field of a schema by its path, lists and objects entered. */
function fieldsOf(schema: Schema, path = ''): readonly (readonly [string, Schema])[] {
  const inner = [schema, ...(schema.anyOf ?? [])].flatMap((one) => [
    one,
    ...(one.items === undefined ? [] : [one.items]),
  ]);
  return inner.flatMap((one) =>
    Object.entries(one.properties ?? {}).flatMap(([name, field]) => {
      const at = path === '' ? name : `${path}.${name}`;
      return [[at, field] as const, ...fieldsOf(field, at)];
    }),
  );
}

/** The values that a field can be chosen from. */
function choices(field: Schema): readonly string[] {
  return [field, ...(field.items === undefined ? [] : [field.items]), ...(field.anyOf ?? [])].flatMap(
    (one) => one.enum ?? [],
  );
}

test.each(COLLECTIONS.map((collection) => [collection.path, collection] as const))(
  'every field of %s has a label in Japanese and English, and every choice its words',
  (_path, collection) => {
    const fields = fieldsOf(
      z.toJSONSchema(z.strictObject(collection.schema.shape), { io: 'input', unrepresentable: 'any' }) as Schema,
    );
    expect(fields.length).toBeGreaterThan(4);
    for (const [path, field] of fields) {
      const label = collection.labels[path];
      expect(label?.ja, path).toMatch(/\S/);
      expect(label?.en, path).toMatch(/^[\x20-\x7e]+$/);
      for (const value of choices(field)) expect(collection.words[path]?.[value]?.ja, `${path} ${value}`).toMatch(/\S/);
    }
    const paths = new Set(fields.map(([path]) => path));
    expect(Object.keys(collection.labels).filter((path) => !paths.has(path))).toEqual([]);
    expect(Object.keys(collection.words).filter((path) => !paths.has(path))).toEqual([]);
  },
);

test('kinds, paths and names of collections are their own', () => {
  for (const of of [
    COLLECTIONS.map(({ kind }) => kind.name),
    COLLECTIONS.map(({ path }) => path),
    COLLECTIONS.flatMap(({ names }) => [names.one, names.many]),
  ]) {
    expect(new Set(of).size).toBe(of.length);
  }
});

test('reading of children is logged, and what has no permission area of its own holds nothing personal', () => {
  const logged = COLLECTIONS.filter(({ kind }) => kind.readLogged).map(({ path }) => path);
  expect(logged).toEqual(['/children']);
  expect(COLLECTIONS.filter(({ reading }) => reading === 'any').map(({ path }) => path)).toEqual([
    '/facilities',
    '/classes',
  ]);
});
