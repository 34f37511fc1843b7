import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOG_START } from '../../../src/domain/audit/digest.ts';
import { verifyExport } from '../../../src/domain/audit/export-verification.ts';
import { exportedLog } from './log.ts';

const DIGESTS = 8;

/** One thing that is done to the lines of an export; returns what must be found. */
type Deed = (
  lines: Uint8Array[],
  random: { readonly pick: number; readonly other: number },
) => readonly [string, string];

const name = (number: number) => String(number).padStart(10, '0');

const DEEDS: Readonly<Record<string, Deed>> = {
  'a byte is changed': (lines, { pick, other }) => {
    const at = pick % lines.length;
    const bytes = Buffer.from(lines[at] ?? []);
    bytes.writeUInt8(bytes.readUInt8(other % bytes.length) ^ 1, other % bytes.length);
    lines[at] = bytes;
    return ['', ''];
  },
  "an event's content is edited": (lines, { pick }) => {
    const at = pick % lines.length;
    lines[at] = Buffer.from(
      Buffer.from(lines[at] ?? [])
        .toString()
        .replace('record-read', 'record-made'),
    );
    return ['altered', name(at + 1)];
  },
  'a line is deleted': (lines, { pick }) => {
    const at = pick % lines.length;
    lines.splice(at, 1);
    return ['missing', name(at + 1)];
  },
  'the newest lines are cut off': (lines, { pick }) => {
    lines.length = pick % lines.length;
    return ['missing', name(lines.length + 1)];
  },
  'a line is put in': (lines, { pick }) => {
    const at = pick % lines.length;
    lines.splice(at, 0, Buffer.from('{"invented":true}'));
    return ['altered', `line ${at + 1}`];
  },
  'a line is repeated': (lines, { pick, other }) => {
    const at = pick % lines.length;
    const to = at + 1 + (other % (lines.length - at));
    lines.splice(to, 0, lines[at] ?? new Uint8Array());
    return ['invented', `line ${to + 1}`];
  },
  'a line of another tenant takes the place of one': (lines, { pick }) => {
    const at = pick % lines.length;
    lines[at] = exportedLog(DIGESTS, 'momo').lines[at] ?? new Uint8Array();
    return ['altered', name(at + 1)];
  },
  'two lines change places': (lines, { pick, other }) => {
    const one = pick % (lines.length - 1);
    const two = one + 1 + (other % (lines.length - one - 1));
    [lines[one], lines[two]] = [lines[two] ?? new Uint8Array(), lines[one] ?? new Uint8Array()];
    return ['reordered', `line ${two + 1}`];
  },
  'an event is taken out, and the line made to fit': (lines, { pick }) => {
    const at = pick % lines.length;
    const digest = JSON.parse(Buffer.from(lines[at] ?? []).toString());
    digest.events.pop();
    lines[at] = Buffer.from(JSON.stringify(digest));
    return ['altered', name(at + 1)];
  },
};

describe('an exported log', () => {
  test('that is whole is as it was written, and says where it begins and ends', async () => {
    const { lines, marks } = exportedLog(DIGESTS);
    const report = await verifyExport(lines);
    expect(report).toMatchObject({ tenant: 'sakura', digests: DIGESTS, events: 2 * DIGESTS, findings: [] });
    expect(report.last).toEqual(marks.at(-1));
    expect(report.first).toMatchObject({ number: 1, follows: 0 });
  });

  test.each(Object.entries(DEEDS))('shows it and names the place when %s', async (_, deed) => {
    const { lines: written, marks } = exportedLog(DIGESTS);
    const last = marks.at(-1);
    if (last === undefined) throw new Error('no digest');
    const random = fc.record({ pick: fc.nat({ max: 10_000 }), other: fc.nat({ max: 10_000 }) });
    await fc.assert(
      fc.asyncProperty(random, async (choice) => {
        const lines = [...written];
        const [fault, entry] = deed(lines, choice);
        const { findings } = await verifyExport(lines, { last, root: LOG_START });
        expect(findings).not.toEqual([]);
        if (fault !== '') expect(findings).toContainEqual({ fault, where: 'archive', entry, event: null });
      }),
    );
  });

  test('whose last digests were written anew shows it to whoever knows the hash of the last one', async () => {
    const { lines, marks } = exportedLog(DIGESTS);
    const last = marks.at(-1);
    const anew = [...lines.slice(0, 5), ...exportedLog(DIGESTS).lines.slice(5)];
    if (last === undefined) throw new Error('no digest');
    expect((await verifyExport(anew, { last })).findings).toContainEqual(
      expect.objectContaining({ fault: 'altered', entry: name(DIGESTS) }),
    );
  });

  test('whose oldest digests the retention removed is whole, and shows to whoever knows the root that no more are gone', async () => {
    const { lines, marks } = exportedLog(DIGESTS);
    const root = marks[3];
    if (root === undefined) throw new Error('no digest');
    expect((await verifyExport(lines.slice(3))).findings).toEqual([]);
    expect((await verifyExport(lines.slice(3), { root })).findings).toEqual([]);
    expect((await verifyExport(lines.slice(4), { root })).findings).toEqual([
      { fault: 'missing', where: 'archive', entry: name(4), event: null },
    ]);
    const forged = { ...root, hash: '1'.repeat(64) };
    expect((await verifyExport(lines.slice(3), { root: forged })).findings).toEqual([
      { fault: 'unsound', where: 'archive', entry: name(4), event: null },
    ]);
  });

  test('that is empty holds no digest and nothing is said of it', async () => {
    expect(await verifyExport([])).toMatchObject({ tenant: null, first: null, last: null, digests: 0, findings: [] });
  });

  test('with a number that was forged to be huge is answered at once', async () => {
    const { lines } = exportedLog(3);
    const forged = {
      ...JSON.parse(String(Buffer.from(lines[2] ?? []))),
      number: 9_000_000_000,
      follows: 8_999_999_999,
    };
    const huge = Buffer.from(JSON.stringify(forged));
    const { findings } = await verifyExport([...lines.slice(0, 2), huge]);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.length).toBeLessThan(1100);
  });
});
