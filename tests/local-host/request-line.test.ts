import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestLine } from '../../src/local-host/request-line.ts';

const at = new Date('2026-11-24T05:01:02.345Z');

test('time, method, path, status, duration and size stand in one line', () => {
  const line = requestLine(at, { method: 'GET', target: '/api/children?q=1', status: 200, ms: 1.25, bytes: 15 });
  expect(line).toBe('2026-11-24T05:01:02.345Z GET /api/children 200 1.3 ms 15 B');
});

test('no target makes a second line, moves the cursor or shows its query', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (path, query) => {
      const target = `/${path.replace(/[?#]/g, '')}?${query}`;
      const line = requestLine(at, { method: 'GET', target, status: undefined, ms: 0, bytes: 0 });
      expect(line).toMatch(/^\S+ GET \/[\x21-\x7e]{0,202} aborted 0\.0 ms 0 B$/);
      expect(line).toBe(
        requestLine(at, { method: 'GET', target: target.split('?')[0] ?? '', status: undefined, ms: 0, bytes: 0 }),
      );
    }),
  );
});
