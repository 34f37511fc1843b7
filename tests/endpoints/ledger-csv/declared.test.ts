import { expect, test } from 'vitest';
import * as z from 'zod';
import { exportChildren } from '../../../src/endpoints/ledger-csv/export-children.ts';
import { importChildren } from '../../../src/endpoints/ledger-csv/import-children.ts';

test.each([
  ['importChildren', importChildren],
  ['exportChildren', exportChildren],
] as const)('%s can be told in an API document, under the name by which the code calls it', (name, endpoint) => {
  expect(endpoint.name).toBe(name);
  expect(z.toJSONSchema(endpoint.query ?? z.never(), { io: 'input' })).toHaveProperty('properties.facility');
  const { schema, type } = endpoint.answers[200] ?? {};
  expect(schema === undefined ? type : z.toJSONSchema(schema)).toBeDefined();
});

test('an import takes what browsers call a CSV file, up to 10 MiB', () => {
  const { body } = importChildren;
  if (body?.format !== 'file') throw new Error('the body is a file');
  expect(body.maxBytes).toBe(10_485_760);
  for (const type of ['text/csv', 'application/vnd.ms-excel', 'application/octet-stream', 'text/plain'])
    expect(body.mediaTypes).toContain(type);
});
