import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { JOBS } from '../../src/jobs/job-table.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const README = readFileSync(`${ROOT}README.md`, 'utf8');

function section(title: string): string {
  return README.split(/^#+ /m).find((part) => part.startsWith(title)) ?? '';
}

/** The names in the first column of a table. */
function firstColumn(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

test('the README tells operators of every job, and of no other', () => {
  expect([...firstColumn(section('What the clock does'))].sort()).toEqual(JOBS.map(({ name }) => name).sort());
});

test('the README tells what to do on every alert that the code raises, and on no other', () => {
  const raised = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('adapters'))
    .flatMap((path) => [...readFileSync(`${ROOT}src/${path}`, 'utf8').matchAll(/\.alert\(\s*'([^']+)'/g)])
    .map(([, name = '']) => name);
  expect([...new Set(firstColumn(section('What to do on an alert')))].sort()).toEqual([...new Set(raised)].sort());
});
