import type { Request } from '../support/client.ts';

/** A request made from the API's own description, right or wrong in some way. */
export interface GeneratedRequest extends Request {
  readonly method: string;
  readonly path: string;
  /** The operation that it was made from. */
  readonly operation: string;
}

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document, which an independent validator judges elsewhere
type Document = any;
type Random = () => number;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Texts that have broken parsers, databases, logs and pages before. */
const HOSTILE: readonly string[] = [
  '',
  ' ',
  '\u0000',
  '\n\r\t',
  "' OR '1'='1",
  '"; DROP TABLE items; --',
  '$'.concat('{7*7}{{7*7}}'),
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '..%2f..%2f',
  '__proto__',
  'constructor',
  '\ud83d\udc76\u200d',
  '髙﨑𠮷',
  'ﾔﾏﾀﾞ ﾀﾛｳ',
  '\u202egnp.exe',
  'a'.repeat(5000),
  '9'.repeat(400),
  '-1',
  '1e309',
  '2026-02-30',
  '0000-00-00',
  'null',
  'true',
  '[]',
  '%00',
  '%',
];

/** What patterns and normalisation go back over again and again when it is repeated in a cell, in quotation marks. */
const REPEATED: readonly string[] = [
  ...['1', '０', ' ', '　', '\n', ' \n', '-', '1-', '(', '(1', '（', '""', '.', '#', 'T0', '年', '様', '※', '合計'],
  ...['ｶﾞ', '゛', 'ー', '\u{315}\u{300}', '\u{3099}\u{301}', '\u{fe00}', '\ufdfa', '=', "'", ',', ';', '\t'],
];

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  {},
  {},
  { 'if-match': '"x"' },
  { 'if-match': '*' },
  { 'if-match': 'W/"x"' },
  { 'if-match': '"a", "b"' },
  { 'if-none-match': '*' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json; charset=shift_jis' },
  { 'content-type': 'application/merge-patch+json' },
  { 'content-encoding': 'gzip' },
  { 'sec-fetch-site': 'cross-site' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-forwarded-for': "'; --, 1.2.3.4" },
  { 'accept-encoding': 'gzip;q=nonsense, *' },
  { range: 'bytes=0-0' },
  { 'user-agent': '$'.concat('{jndi:ldap://x}').repeat(40) },
];

/** Makes requests from an OpenAPI document; `ids` are real ones, which some of them use. */
export function requestsOf(document: Document, ids: readonly string[], random: Random): () => GeneratedRequest {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Document).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation: operation as Document,
    })),
  );
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const chance = (share: number) => random() < share;

  const resolved = (schema: Document): Document =>
    schema?.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)];

  const text = (schema: Document): string => {
    if (chance(0.1)) return pick(HOSTILE);
    if (schema.format === 'date' || /\\d\{4\}/.test(schema.pattern ?? ''))
      return pick(['2026-04-01', '2021-12-31', '2026-02-29']);
    if (schema.format === 'date-time') return pick(['2026-04-01T00:00:00Z', '2030-01-01T00:00:00+09:00']);
    if (/[0-9a-f].*-/.test(schema.pattern ?? '')) return pick(ids);
    return pick([
      'さくら',
      'ひよこ組',
      'やまだ',
      '03-1234-5678',
      '100-0001',
      '192.0.2.0/24',
      pick(ids),
      'a'.repeat(1 + Math.floor(random() * 60)),
    ]);
  };

  const value = (given: Document, depth = 0): unknown => {
    const schema = resolved(given) ?? {};
    if (chance(0.04) || depth > 8) return pick([null, 0, -1, 1.5, '', [], {}, true, pick(HOSTILE), { a: [{}] }]);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return pick(schema.enum);
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives !== undefined) return value(pick(alternatives), depth + 1);
    switch (schema.type) {
      case 'object': {
        const entries = Object.entries(schema.properties ?? {})
          .filter(([name]) => ((schema.required ?? []).includes(name) ? !chance(0.03) : chance(0.5)))
          .map(([name, inner]) => [name, value(inner, depth + 1)] as const);
        const extra =
          typeof schema.additionalProperties === 'object'
            ? [[pick(['a', 'children']), value(schema.additionalProperties, depth + 1)] as const]
            : [];
        const unknown = chance(0.05) ? [[pick(['__proto__', 'tenantId', 'x', 'constructor']), 1] as const] : [];
        return Object.fromEntries([...entries, ...extra, ...unknown]);
      }
      case 'array':
        return Array.from({ length: Math.floor(random() * (chance(0.05) ? 100 : 3)) }, () =>
          value(schema.items, depth + 1),
        );
      case 'integer':
      case 'number':
        return pick([0, 1, 2, 2026, schema.minimum ?? -1, schema.maximum ?? 1e9, -1, 2 ** 53, 0.5]);
      case 'boolean':
        return chance(0.5);
      case 'null':
        return null;
      default:
        return text(schema);
    }
  };

  const body = (operation: Document): Request => {
    const content = operation.requestBody?.content;
    if (content === undefined) return chance(0.05) ? { json: {} } : {};
    const [type, { schema }] = pick(Object.entries(content as Document)) as [string, Document];
    const headers = { 'content-type': type };
    if (!type.includes('json')) {
      const separator = pick([',', ',', ';', '\t']);
      const long = () => `"${pick(['', '1', 'あ'])}${pick(REPEATED).repeat(Math.floor(random() * 20_000))}x"`;
      const cell = () =>
        chance(0.05)
          ? long()
          : pick([...HOSTILE, '2021/4/1', '山田', '花', '令和3年4月1日', '="001"']).replaceAll('\r', ' ');
      const line = (cells: readonly string[]) => cells.join(separator);
      const rows = Array.from({ length: Math.floor(random() * 6) }, () =>
        line([cell(), cell(), cell(), cell(), cell()]),
      );
      const titles = Array.from({ length: chance(0.2) ? 19 : 0 }, () => line([long(), pick(['氏名', '', long()])]));
      const names = ['姓', '名', 'せい', 'めい', chance(0.1) ? long() : '生年月日'];
      return { bytes: [...titles, line(names), ...rows].join('\r\n'), headers };
    }
    const json = JSON.stringify(value(schema));
    if (chance(0.03)) return { bytes: json.slice(0, -1), headers };
    if (chance(0.02)) return { bytes: '['.repeat(2000), headers };
    if (chance(0.02)) return { bytes: `{"__proto__":${json}}`, headers };
    return { bytes: json, headers };
  };

  return () => {
    const { path, method, operation } = pick(operations);
    const parameters = (operation.parameters ?? []) as Document[];
    const filled = path.replaceAll(/\{\w+\}/g, () =>
      encodeURIComponent(chance(0.8) ? pick(ids) : pick(HOSTILE) || 'x'),
    );
    const query = new URLSearchParams();
    for (const parameter of parameters.filter(({ in: place }) => place === 'query')) {
      if (parameter.required ? chance(0.97) : chance(0.3))
        query.append(parameter.name, String(value(parameter.schema)));
    }
    if (chance(0.03)) query.append(pick(['x', 'tenantId', '__proto__', 'limit']), pick(HOSTILE));
    const used = chance(0.02) ? pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) : method;
    const { headers = {}, ...rest } = body(operation);
    return {
      operation: operation.operationId,
      method: used,
      path: query.size === 0 ? filled : `${filled}?${query}`,
      // fetch sends no body with these.
      ...(used === 'GET' || used === 'HEAD' ? {} : rest),
      headers: { ...headers, ...pick(HEADERS) },
    };
  };
}
