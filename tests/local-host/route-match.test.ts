import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathSegments, readTemplate, routeMatcher } from '../../src/local-host/route-match.ts';

const templates = [
  '{*path}',
  'api/{*rest}',
  'api/children/{id}',
  'api/children/{id:guid}',
  'api/children/{id:int}',
  'api/children/search',
  'api/children',
  'api/children/{id}/health',
  'api/exports/{id}/parts/{n:int}',
  'api/days/{day?}',
  'assets/{*file}',
];
const match = routeMatcher(templates.map((template) => ({ template, methods: ['GET'], target: template })));
const find = (path: string) => match('GET', pathSegments(path) ?? []);

test.each<[string, string, Record<string, string>]>([
  ['/', '{*path}', {}],
  ['/index.html', '{*path}', { path: 'index.html' }],
  ['/a//b/', '{*path}', { path: 'a//b/' }],
  ['/api', 'api/{*rest}', {}],
  ['/api/', 'api/{*rest}', {}],
  ['/api/other/x', 'api/{*rest}', { rest: 'other/x' }],
  ['/api/children', 'api/children', {}],
  ['/api/children/', 'api/children', {}],
  ['/API/Children', 'api/children', {}],
  ['/api/children/search', 'api/children/search', {}],
  ['/api/children/SEARCH', 'api/children/search', {}],
  ['/api/children/Search2', 'api/children/{id}', { id: 'Search2' }],
  ['/api/children/12', 'api/children/{id:int}', { id: '12' }],
  ['/api/children/12345678901', 'api/children/{id}', { id: '12345678901' }],
  [
    '/api/children/019ab6c0-0000-7000-8000-00000000000A',
    'api/children/{id:guid}',
    { id: '019ab6c0-0000-7000-8000-00000000000A' },
  ],
  ['/api/children/x/health', 'api/children/{id}/health', { id: 'x' }],
  ['/api/children//health', 'api/{*rest}', { rest: 'children//health' }],
  ['/api/children/x/y', 'api/{*rest}', { rest: 'children/x/y' }],
  ['/api/exports/e/parts/3', 'api/exports/{id}/parts/{n:int}', { id: 'e', n: '3' }],
  ['/api/exports/e/parts/x', 'api/{*rest}', { rest: 'exports/e/parts/x' }],
  ['/api/days', 'api/days/{day?}', {}],
  ['/api/days/2026-11-24', 'api/days/{day?}', { day: '2026-11-24' }],
  ['/api/days/a/b', 'api/{*rest}', { rest: 'days/a/b' }],
  ['/assets/a/b.js', 'assets/{*file}', { file: 'a/b.js' }],
  ['/api/children/a%2Fb', 'api/children/{id}', { id: 'a%2Fb' }],
  ['/api/children/a%20b', 'api/children/{id}', { id: 'a b' }],
])('%s is taken by %s', (path, template, params) => {
  expect(find(path)).toEqual({ target: template, params });
});

test('a route whose method does not fit is passed over', () => {
  const two = routeMatcher([
    { template: 'a/b', methods: ['POST'], target: 'literal' },
    { template: 'a/{x}', methods: ['GET'], target: 'parameter' },
  ]);
  expect(two('POST', ['a', 'b'])?.target).toBe('literal');
  expect(two('GET', ['a', 'b'])).toEqual({ target: 'parameter', params: { x: 'b' } });
  expect(two('PUT', ['a', 'b'])).toBeUndefined();
});

test('of equal routes the first that was registered wins, and the shorter goes before one with an optional end', () => {
  const all = routeMatcher([
    { template: 'a/{x?}', methods: ['GET'], target: 'optional' },
    { template: 'a', methods: ['GET'], target: 'short' },
    { template: 'b/{x}', methods: ['GET'], target: 'first' },
    { template: 'b/{y}', methods: ['GET'], target: 'second' },
  ]);
  expect(all('GET', ['a'])?.target).toBe('short');
  expect(all('GET', ['b', '1'])?.target).toBe('first');
});

describe('what cannot be matched as Azure would is refused', () => {
  test.each([
    'a{b}',
    '{a}-{b}',
    '{*a}/b',
    '{a?}/b',
    '{a:regex(x)}',
    '{a:unknown}',
    '{a=1}',
    '{*a:int}',
    '{}',
    '{1}',
    '}{',
  ])('%s', (template) => {
    expect(() => readTemplate(template)).toThrow(RangeError);
  });
});

test('the segments of a path are what was encoded into it, slashes and zero bytes apart', () => {
  const segment = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => text.isWellFormed() && !/[/\0]/.test(text));
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
      const path = `/${segments.map(encodeURIComponent).join('/')}`;
      expect(pathSegments(path)).toEqual(segments);
    }),
  );
  for (const path of ['/%', '/%zz', '/%ff', '/%c0%af', '/%00', '/a/%ed%a0%80'])
    expect(pathSegments(path)).toBeUndefined();
});
