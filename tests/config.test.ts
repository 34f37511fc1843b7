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

const AZURE = {
  LEYSERKIDS_STORES: 'azure',
  LEYSERKIDS_DATA_ACCOUNT: 'https://data.documents.azure.com',
  LEYSERKIDS_CONTROL_ACCOUNT: 'https://control.documents.azure.com',
  LEYSERKIDS_TENANT_VAULT: 'https://tenants.vault.azure.net',
  LEYSERKIDS_SERVICE_VAULT: 'https://service.vault.azure.net/',
  LEYSERKIDS_BACKUP_STORAGE: 'https://backups.blob.core.windows.net',
  LEYSERKIDS_LOG_STORAGE: 'https://logs.blob.core.windows.net',
};

test('on Azure every address that the role uses must be there', () => {
  expect(readConfig(AZURE).stores).toBe('azure');
  for (const name of Object.keys(AZURE).slice(1)) {
    expect(refusal({ ...AZURE, [name]: '' }).text.en).toContain(name);
    expect(refusal({ ...AZURE, [name]: 'http://plain.example' }).text.en).toContain(name);
  }
  const api = { ...AZURE, LEYSERKIDS_ROLE: 'api', LEYSERKIDS_BACKUP_STORAGE: '' };
  expect(readConfig(api).role).toBe('api');
  expect(refusal({ ...api, LEYSERKIDS_LOG_STORAGE: '' }).text.en).toContain('LEYSERKIDS_LOG_STORAGE');
});

test('operators name the control account alone: no other is in their reach', () => {
  const { LEYSERKIDS_STORES, LEYSERKIDS_CONTROL_ACCOUNT } = AZURE;
  expect(readConfig({ LEYSERKIDS_STORES, LEYSERKIDS_CONTROL_ACCOUNT }, 'operator').controlAccount).toBe(
    LEYSERKIDS_CONTROL_ACCOUNT,
  );
  expect(() => readConfig({ LEYSERKIDS_STORES }, 'operator')).toThrow(StartError);
});

test('2.8 on Azure no end destroys anything with less than a day of notice', () => {
  expect(refusal({ ...AZURE, LEYSERKIDS_ERASURE_NOTICE_HOURS: '23' }).text.en).toContain('ERASURE_NOTICE_HOURS');
  expect(readConfig({ LEYSERKIDS_ERASURE_NOTICE_HOURS: '0' }).erasureNoticeHours).toBe(0);
});

test('2.13 keeping logs for less than six months (184 days) stops the start', () => {
  expect(refusal({ LEYSERKIDS_LOG_RETENTION_DAYS: '183' }).text.en).toContain('LOG_RETENTION_DAYS');
  expect(readConfig({ LEYSERKIDS_LOG_RETENTION_DAYS: '184' }).logRetentionDays).toBe(184);
});

test('a mistyped setting stops the start: nothing that somebody set is ignored', () => {
  expect(refusal({ LEYSERKIDS_ORIGEN: 'https://app.example.jp' }).text.en).toContain('LEYSERKIDS_ORIGEN');
});

test('the README lists every setting with its default, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const table = /^\| `((?:LEYSERKIDS_)?[A-Z_]+)` +\| (?:`([^`]*)`|none) +\|/gm;
  const rows = [...readme.matchAll(table)].map(([, name, value = '']) => [name, value]);
  expect(rows).toEqual(Object.values(SETTINGS).map(({ name, default: value }) => [name, value]));
});
