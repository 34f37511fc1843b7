import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig, SETTINGS } from '../src/config.ts';
import { StartError } from '../src/model/start-error.ts';

function refusal(environment: Record<string, string>): StartError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

test('the sample of settings lists every one with its default, and no other', () => {
  const sample = JSON.parse(readFileSync(new URL('../local.settings.sample.json', import.meta.url), 'utf8'));
  const { FUNCTIONS_WORKER_RUNTIME, AzureWebJobsStorage, ...ours } = sample.Values;
  expect(FUNCTIONS_WORKER_RUNTIME).toBe('node');
  expect(AzureWebJobsStorage).toBe('');
  expect(ours).toEqual(Object.fromEntries(Object.values(SETTINGS).map(({ name, default: value }) => [name, value])));
});

test('without settings the service runs on this machine', () => {
  expect(readConfig({})).toMatchObject({ role: 'all', dataDir: '.local', port: 7071, origin: 'http://localhost:7071' });
});

test('an empty setting counts as none', () => {
  expect(readConfig({ PORT: '' }).port).toBe(7071);
});

test('the origin follows the port unless it is set', () => {
  expect(readConfig({ PORT: '8080' }).origin).toBe('http://localhost:8080');
  expect(readConfig({ PORT: '8080', LEYSERKIDS_ORIGIN: 'https://app.example.jp' }).origin).toBe(
    'https://app.example.jp',
  );
});

test.each([
  ['LEYSERKIDS_ROLE', 'admin'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', 'http'],
  ['LEYSERKIDS_ORIGIN', 'https://app.example.jp/'],
  ['LEYSERKIDS_ORIGIN', 'app.example.jp'],
  ['LEYSERKIDS_ORIGIN', 'ftp://app.example.jp'],
  ['LEYSERKIDS_TRUSTED_PROXIES', '9'],
  ['LEYSERKIDS_UNDECLARED_ANSWERS', 'ignore'],
  ['LEYSERKIDS_DEMO', 'yes'],
])('a wrong %s (%s) stops the start with one sentence that names it', (name, value) => {
  const { text } = refusal({ [name]: value });
  for (const sentence of [text.ja, text.en]) {
    expect(sentence).toContain(name);
    expect(sentence).toContain(value);
    expect(sentence).not.toContain('\n');
  }
});

test('a mistyped setting stops the start: nothing that somebody set is ignored', () => {
  expect(refusal({ LEYSERKIDS_ORIGEN: 'https://app.example.jp' }).text.en).toContain('LEYSERKIDS_ORIGEN');
});

test('the README lists every setting with its default, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `((?:LEYSERKIDS_)?[A-Z_]+)` \| `([^`]*)` \|/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  expect(rows).toEqual(Object.values(SETTINGS).map(({ name, default: value }) => [name, value]));
});
