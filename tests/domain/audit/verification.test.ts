import { expect, test } from 'vitest';
import { type DigestClaims, entryHash, readEntry } from '../../../src/domain/audit/digest.ts';
import { checkLink, checkRoot, type EntryFacts, type Link, linkTo } from '../../../src/domain/audit/verification.ts';
import { exportedLog } from './log.ts';

const { lines, marks } = exportedLog(3);

function factsOf(number: number): EntryFacts & { readonly claims: DigestClaims } {
  const line = lines[number - 1] ?? new Uint8Array();
  const claims = readEntry(line);
  if (claims === undefined) throw new Error('no digest');
  return { hash: entryHash(line), claims };
}

function linkOf(number: number): Link {
  const mark = marks[number];
  if (mark === undefined) throw new Error('no mark');
  return linkTo(mark);
}

const faults = (link: Link, facts: EntryFacts | undefined) =>
  checkLink('sakura', link, facts).findings.map(({ fault }) => fault);

test('what was written is sound, and leads to the digest before it', () => {
  expect(checkLink('sakura', linkOf(3), factsOf(3))).toEqual({ findings: [], sound: true, next: linkOf(2) });
});

test.each<[string, Link, EntryFacts | undefined, string]>([
  ['is not there', linkOf(3), undefined, 'missing'],
  ['has another hash', linkOf(3), { ...factsOf(3), hash: '1'.repeat(64) }, 'altered'],
  [
    'has another hash than a digest says that is itself altered',
    { ...linkOf(3), vouched: false },
    factsOf(2),
    'unvouched',
  ],
  ['is vouched for, and no digest', linkOf(3), { ...factsOf(3), claims: undefined }, 'unsound'],
  [
    "is vouched for, and another tenant's",
    linkOf(3),
    { ...factsOf(3), claims: { ...factsOf(3).claims, tenant: 'momo' } },
    'unsound',
  ],
  [
    'is vouched for, and ends elsewhere than the next begins',
    { ...linkOf(3), until: '2099-01-01T00:00:00.000Z' },
    factsOf(3),
    'unsound',
  ],
  [
    'is no digest, and nothing says what it was',
    { ...linkOf(3), hash: null, until: null },
    { ...factsOf(3), claims: undefined },
    'altered',
  ],
])('an entry that %s is told as such, and its events prove nothing', (_, link, facts, fault) => {
  expect(faults(link, facts)).toEqual([fault]);
  expect(checkLink('sakura', link, facts).sound).toBe(false);
});

test('below an entry that is missing or unreadable the walk goes on by number, and nothing vouches any more', () => {
  const below = { number: 2, hash: null, until: null, vouched: false };
  expect(checkLink('sakura', linkOf(3), undefined).next).toEqual(below);
  expect(checkLink('sakura', linkOf(3), { hash: '1'.repeat(64), claims: undefined }).next).toEqual(below);
  expect(faults(below, factsOf(2))).toEqual([]);
});

test('an altered entry cannot lead the walk past others', () => {
  const leap = { hash: '1'.repeat(64), claims: { ...factsOf(3).claims, follows: 0 } };
  expect(checkLink('sakura', linkOf(3), leap).next).toMatchObject({ number: 2, hash: null });
});

test('the walk ends at the root that is known, or it is told', () => {
  const root = marks[1];
  if (root === undefined) throw new Error('no mark');
  expect(checkRoot(root, linkOf(1))).toEqual([]);
  for (const other of [{ hash: '1'.repeat(64) }, { until: '2099-01-01T00:00:00.000Z' }, { number: 2 }]) {
    expect(checkRoot({ ...root, ...other }, linkOf(1)).map(({ fault }) => fault)).toEqual(['unsound']);
  }
});
