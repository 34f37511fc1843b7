import { expect, test } from 'vitest';
import * as z from 'zod';
import * as endpoints from '../../../src/endpoints/records/record-endpoints.ts';

const ALL = Object.entries(endpoints);

test.each(ALL)('%s can be told in an API document, under the name by which the code calls it', (name, endpoint) => {
  expect(endpoint.name).toBe(name);
  const asked = [endpoint.params, endpoint.query, endpoint.body?.format === 'json' ? endpoint.body.schema : undefined];
  for (const schema of asked)
    if (schema !== undefined) expect(z.toJSONSchema(schema, { io: 'input' })).toHaveProperty('$schema');
  for (const { schema } of Object.values(endpoint.answers)) {
    if (schema !== undefined) expect(z.toJSONSchema(schema)).toHaveProperty('$schema');
  }
  expect(Object.keys(endpoint.answers).length).toBeGreaterThan(0);
});

test('what changes a stored record asks for If-Match, and only deleting asks for the password again', () => {
  const asking = (what: 'precondition' | 'confirm') =>
    ALL.filter(([, one]) => one[what] !== undefined).map(([name]) => name);
  expect(asking('precondition').sort()).toEqual(['changeChild', 'changeClass', 'changeFacility', 'deleteChild']);
  expect(asking('confirm')).toEqual(['deleteChild']);
});

test('a patch takes no field that the record does not have, and null for any that it has', () => {
  const { body } = endpoints.changeChild;
  if (body?.format !== 'json') throw new Error('the patch is JSON');
  expect(body.mediaTypes).toContain('application/merge-patch+json');
  expect(body.schema.safeParse({ notes: null, birthDate: null, guardians: null }).success).toBe(true);
  expect(body.schema.safeParse({ id: 'x' }).success).toBe(false);
  expect(body.schema.safeParse({})).toEqual({ success: true, data: {} });
});
