import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { openApiDocument } from '../../src/endpoints/openapi.ts';
import { declaredStatuses } from '../../src/endpoints/pipeline/declared-failures.ts';
import { ROUTES } from '../../src/endpoints/route-table.ts';

// biome-ignore lint/suspicious/noExplicitAny: a JSON document that the validator has judged
const document: any = openApiDocument(ROUTES, '1.2.3');

test('the API document is valid OpenAPI 3.1 by an independent validator', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(document.openapi).toMatch(/^3\.1\./);
});

test('it describes every route and no other, each under a name of its own', () => {
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
  const names = ROUTES.map(({ endpoint }) => endpoint.name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s: parameters, statuses and who may',
  (_name, route) => {
    const operation = document.paths[route.path][route.method.toLowerCase()];
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = (operation.parameters ?? []) as { name: string; in: string; required: boolean }[];
    expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath);
    expect(Object.keys(operation.responses).map(Number).sort()).toEqual([...declaredStatuses(route)].sort());
    expect(operation.security).toEqual(route.access.type === 'public' ? [] : [{ session: [] }]);
  },
);

test.each(
  ROUTES.flatMap((route) =>
    route.endpoint.body?.format === 'json' ? [[`${route.method} ${route.path}`, route] as const] : [],
  ),
)('%s refuses unknown fields by its schema', (_name, route) => {
  const operation = document.paths[route.path][route.method.toLowerCase()];
  for (const { schema } of Object.values(operation.requestBody.content) as { schema: object }[]) {
    for (const shape of shapesOf(schema)) expect(shape).toMatchObject({ additionalProperties: false });
  }
});

/** The objects that a schema allows, through references and alternatives. */
function shapesOf(schema: { readonly $ref?: string; readonly anyOf?: readonly object[] }): readonly object[] {
  if (schema.$ref !== undefined) return shapesOf(document.components.schemas[schema.$ref.split('/').at(-1) ?? '']);
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(shapesOf);
}

test('what is named stands once, and every reference leads to it', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target);
  const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter((target) => !known.includes(target ?? ''))).toEqual([]);
  expect(JSON.stringify(document)).not.toContain('$defs');
});
