import { expect, test } from 'vitest';
import {
  continues,
  entryBytes,
  entryName,
  entryNumber,
  farFromCommit,
  LOG_START,
  readEntry,
} from '../../../src/domain/audit/digest.ts';
import { instant, MINUTE } from '../../../src/model/instant.ts';
import { FAKE_START } from '../../support/fake-clock.ts';
import { exportedLog } from './log.ts';

const [line = new Uint8Array()] = exportedLog(1).lines;
const digest = JSON.parse(Buffer.from(line).toString());

test('an entry is one line of JSON, and reads as it was written', () => {
  expect(Buffer.from(line).includes('\n')).toBe(false);
  const read = readEntry(line);
  expect(read).toMatchObject({ tenant: 'sakura', number: 1, follows: 0, previous: LOG_START.hash, events: [{}, {}] });
  expect(read && Buffer.from(entryBytes(read)).equals(line)).toBe(true);
  expect(read && continues(read, 'sakura', LOG_START)).toBe(true);
});

test.each<[string, object]>([
  ['another format', { format: 'leyserkids-log-2' }],
  ['no event', { events: [] }],
  ['events out of order', { events: digest.events.toReversed() }],
  ['an event twice', { events: [digest.events[0], digest.events[0]] }],
  ['an event before its bounds', { from: digest.events[1].committedAt }],
  ['an event after its bounds', { to: digest.events[1].committedAt }],
  ['bounds that end before they begin', { to: LOG_START.until }],
  ['a digest before it that comes after it', { follows: 1 }],
  ['a hash that is none', { previous: 'x'.repeat(64) }],
  ['an instant in another form', { to: '2099-01-01T00:00:00Z' }],
  ['something more', { note: 'x' }],
])('an entry with %s is no digest', (_, change) => {
  expect(readEntry(Buffer.from(JSON.stringify({ ...digest, ...change })))).toBeUndefined();
});

test.each(['', '[]', 'null', '{', '\u0000'])('the bytes %j are no digest', (text) => {
  expect(readEntry(Buffer.from(text))).toBeUndefined();
});

test.each<[string, object]>([
  ['of another tenant', { tenant: 'momo' }],
  ['that follows another', { number: 3, follows: 2 }],
  ['with another hash', { previous: '1'.repeat(64) }],
  ['with a gap', { from: instant(FAKE_START) }],
])('a digest %s does not continue the log', (_, change) => {
  const read = readEntry(Buffer.from(JSON.stringify({ ...digest, ...change })));
  expect(read && continues(read, 'sakura', LOG_START)).toBe(false);
});

test('names are in the order of the numbers, and only they are names of digests', () => {
  expect(entryName(9) < entryName(10)).toBe(true);
  expect(entryNumber(entryName(10))).toBe(10);
  expect(['0000000000', '10', '00000000010', 'x', '-000000001'].map(entryNumber)).toEqual(Array(5).fill(undefined));
});

test.each([
  [10 * MINUTE, 0],
  [-10 * MINUTE, 0],
  [10 * MINUTE + 1, 1],
  [-10 * MINUTE - 1, 1],
])('an event whose own time is %d ms from its commit counts as far: %d', (apart, count) => {
  const committedAt = instant(FAKE_START);
  const at = FAKE_START + apart;
  const shown = { id: 'a', committedAt, index: { at: FAKE_START }, clear: { at: instant(at) } };
  const indexed = { id: 'b', committedAt, index: { at }, clear: { at: committedAt } };
  expect([farFromCommit([shown]).length, farFromCommit([indexed]).length]).toEqual([count, count]);
});

test('an event that says no time counts as far', () => {
  expect(farFromCommit([{ id: 'a', committedAt: instant(FAKE_START), index: {}, clear: null }])).toHaveLength(1);
});
