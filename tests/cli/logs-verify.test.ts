import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entryName } from '../../src/domain/audit/digest.ts';
import { CHECK_ID, LOGS_ID, type LogCheck, newLog } from '../../src/domain/audit/log-state.ts';
import { DAY, instant, SECOND } from '../../src/model/instant.ts';
import { exportedLog } from '../domain/audit/log.ts';
import { FAKE_START } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { operator } from './operator.ts';

const { lines, marks } = exportedLog(3);
const head = marks.at(-1) ?? newLog('').head;

/** A store in which the service has kept and verified a log. */
async function kept(changes: Partial<NonNullable<LogCheck['last']>> = {}) {
  const at = await operator();
  const states = at.control.container('tenant-state');
  const value = { ...newLog(instant(FAKE_START)), head };
  await states.create({ partition: 'sakura', id: LOGS_ID, value, dueAt: null });
  const last = {
    ...{ startedAt: instant(FAKE_START), finishedAt: instant(FAKE_START), head },
    ...{ digests: 3, events: 6, found: 0, findings: [], ...changes },
  };
  await states.create({ partition: 'sakura', id: CHECK_ID, value: { running: null, last }, dueAt: null });
  return at;
}

describe('what the service found', () => {
  test('is shown per tenant, with how far the log is covered', async () => {
    const { run } = await kept();
    const { exitCode, out } = await run(['logs', 'verify']);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/sakura +2026-11-24T03:00:00.000Z +no +3 +6 +0 +2026-11-24T06:00:00.000Z/);
    const [json] = JSON.parse((await run(['logs', 'verify', '--tenant', 'sakura', '--json'])).out);
    expect(json).toMatchObject({ tenant: 'sakura', late: false, check: { found: 0 }, log: { head } });
  });

  test('names the places that are wrong, and is trouble', async () => {
    const findings = [
      { fault: 'altered', where: 'partition', entry: entryName(2), event: 'e1' },
      { fault: 'missing', where: 'archive', entry: entryName(3), event: null },
      { fault: 'invented', where: 'partition', entry: null, event: 'e2' },
    ] as const;
    const { run } = await kept({ found: 3, findings });
    const { exitCode, out } = await run(['logs', 'verify']);
    expect(exitCode).toBe(1);
    expect(out).toContain('sakura: altered in the partition: event e1, digest 0000000002');
    expect(out).toContain('sakura: missing in the archive: digest 0000000003');
    expect(out).toContain('sakura: invented in the partition: event e2, before the oldest digest');
  });

  test('is late when the last verification began more than two days ago, or never came in that time', async () => {
    const { run, clock } = await kept();
    clock.set(FAKE_START + 2 * DAY);
    expect((await run(['logs', 'verify'])).exitCode).toBe(0);
    clock.set(FAKE_START + 2 * DAY + SECOND);
    const { exitCode, out } = await run(['logs', 'verify']);
    expect([exitCode, out.includes('LATE')]).toEqual([1, true]);
  });

  test('is nothing on a new store, and a tenant without a log is refused', async () => {
    const { run } = await operator();
    expect(await run(['logs', 'verify'])).toMatchObject({ exitCode: 0, out: 'No log is kept yet.\n' });
    const { exitCode, err } = await run(['logs', 'verify', '--tenant', 'momo']);
    expect([exitCode, err]).toEqual([2, 'No log is kept for "momo": check the tenant.\n']);
  });
});

describe('an exported log', () => {
  function file(content: readonly Uint8Array[], end = '\n'): string {
    const path = join(tempFolder(), 'log.ndjson');
    writeFileSync(
      path,
      Buffer.concat(content.flatMap((line) => [line, Buffer.from('\n')]))
        .toString()
        .trimEnd() + end,
    );
    return path;
  }

  test.each(['\n', ''])('is verified without any store, whether its last line ends with %j', async (end) => {
    const { run, opened } = await operator();
    const { exitCode, out } = await run(['logs', 'verify', '--file', file(lines, end)]);
    expect([exitCode, opened()]).toEqual([0, 0]);
    expect(out).toContain('Log of sakura: 3 digests with 6 events');
    expect(out).toContain('It is as it was written.');
    expect(out).toContain(`compare --last 3:\n${head.hash}`);
  });

  test('that was cut off is told with --last, and one that was edited without it', async () => {
    const { run } = await operator();
    const last = `${head.number}:${head.hash}`;
    const whole = await run(['logs', 'verify', '--file', file(lines), '--last', last]);
    expect([whole.exitCode, whole.out.includes('compare')]).toEqual([0, false]);
    const cut = await run(['logs', 'verify', '--file', file(lines.slice(0, 2)), '--last', last]);
    expect(cut.exitCode).toBe(1);
    expect(cut.out).toContain('missing in the archive: digest 0000000003');
    const edited = Buffer.from(
      Buffer.from(lines[1] ?? [])
        .toString()
        .replace('record-read', 'record-made'),
    );
    const [first = edited, , third = edited] = lines;
    const told = await run(['logs', 'verify', '--json', '--file', file([first, edited, third])]);
    expect(told.exitCode).toBe(1);
    expect(JSON.parse(told.out).findings).toEqual([
      { fault: 'altered', where: 'archive', entry: entryName(2), event: null },
    ]);
  });

  test('that begins after a removed digest says after which', async () => {
    const { run } = await operator();
    const { exitCode, out } = await run(['logs', 'verify', '--file', file(lines.slice(1))]);
    expect(exitCode).toBe(0);
    expect(out).toContain(`It begins after digest 1: compare --root 1:\n${marks[1]?.hash}`);
  });

  test('of nothing, or of something else, is trouble', async () => {
    const { run } = await operator();
    for (const content of [[], [Buffer.from('hello')]]) {
      const { exitCode, out } = await run(['logs', 'verify', '--file', file(content)]);
      expect(exitCode).toBe(1);
      expect(out).toContain('The file holds no digest');
    }
  });

  test.each([
    [['--file', '/nowhere/log'], 'cannot be read (ENOENT)'],
    [['--file', 'x', '--tenant', 'sakura'], '--tenant does not go with --file'],
    [['--file', 'x', '--last', '3'], '--last must be a number, a colon'],
    [['--last', `3:${'0'.repeat(64)}`], '--last goes with --file only'],
    [['--root', `3:${'0'.repeat(64)}`], '--root goes with --file only'],
  ])('asked for with %j is refused with what to put right', async (options, sentence) => {
    const { exitCode, err } = await (await operator()).run(['logs', 'verify', ...options]);
    expect(exitCode).toBe(2);
    expect(err).toContain(sentence);
  });
});
