import { describe, expect, test } from 'vitest';
import { HOUR } from '../../src/model/instant.ts';
import { operator } from './operator.ts';

const CHECK = ['release', 'check', '--version', '1.4.0'];
const ANNOUNCE = ['notice', 'publish', '--title', '版', '--text', '変わります。', '--version', '1.4.0', '--all'];

describe('release check', () => {
  test('fails with exit code 1 and what to do, until the notice has been public for 72 hours by the store’s own time', async () => {
    const { create, run, clock } = await operator();
    await create('sakura');
    const none = await run(CHECK);
    expect([none.exitCode, none.err]).toEqual([1, '']);
    expect(none.out).toContain('notice publish --all --version 1.4.0');
    await run(ANNOUNCE);
    const announcedAt = clock.now();
    clock.set(announcedAt + 72 * HOUR - 1);
    const early = await run(CHECK);
    expect(early.exitCode).toBe(1);
    expect(early.out).toContain('2026-11-27 12:00 Japan time');
    // The host's clock decides nothing.
    const ahead = { ...clock, now: () => announcedAt + 100 * HOUR, monotonic: () => 0, sleep: async () => undefined };
    expect((await run(CHECK, { clock: ahead })).exitCode).toBe(1);
    clock.set(announcedAt + 72 * HOUR);
    expect((await run(CHECK)).exitCode).toBe(0);
    expect((await run(['release', 'check', '--version', '1.4.1'])).exitCode).toBe(1);
  });

  test('takes the hours of the configuration', async () => {
    const { create, run, clock } = await operator();
    await create('sakura');
    await run(ANNOUNCE);
    clock.set(clock.now() + HOUR);
    expect((await run(CHECK, { noticeHours: 2 })).exitCode).toBe(1);
    expect((await run(CHECK, { noticeHours: 1 })).exitCode).toBe(0);
  });

  test('answers programs with the reason', async () => {
    const { create, run } = await operator();
    await create('sakura');
    await run(ANNOUNCE);
    const { exitCode, out } = await run([...CHECK, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      version: '1.4.0',
      pass: false,
      because: 'too-recent',
      hours: 72,
      publicSince: '2026-11-24T03:00:00.000Z',
      passesFrom: '2026-11-27T03:00:00.000Z',
    });
  });

  test('passes when no contract is live: none, not begun, or ended', async () => {
    const { create, run, clock } = await operator();
    const reason = async () => JSON.parse((await run([...CHECK, '--json'])).out).because;
    expect(await reason()).toBe('no-live-contract');
    await create('sakura', '--ends-on', '2026-12-31');
    expect(await reason()).toBe('not-announced');
    clock.set(Date.parse('2027-01-01T00:00:00+09:00'));
    expect(await reason()).toBe('no-live-contract');
  });

  test.each([
    [['release', 'check'], 'needs --version V'],
    [['release', 'check', '--version', 'latest'], 'is not a version'],
    [['release', 'check', '--version', 'latest', '--emergency', '修正'], 'is not a version'],
    [[...CHECK, '--emergency', ' '], 'The text must be'],
  ])('%j is refused with exit code 2, and nothing is written', async (line, sentence) => {
    const { run, control } = await operator();
    expect(await run(line)).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining(sentence) });
    expect(await control.container('announcements').page({ limit: 1 })).toEqual([]);
  });
});

describe('an emergency', () => {
  const EMERGENCY = [...CHECK, '--emergency', '個人情報を守るための修正です。', '--json'];

  test('passes without notice, and opens a public incident with its reason', async () => {
    const { create, run } = await operator();
    await create('sakura');
    const { exitCode, out } = await run(EMERGENCY);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      pass: true,
      because: 'emergency',
      announcement: {
        kind: 'incident',
        title: { ja: '緊急の更新（バージョン 1.4.0）' },
        text: { ja: '個人情報を守るための修正です。' },
        audience: 'all',
        version: '1.4.0',
        state: 'open',
      },
      x: expect.stringContaining('個人情報を守るための修正です。'),
    });
    expect((await run(CHECK)).exitCode).toBe(1);
  });

  test('that is called again while its incident is open tells it once, and anew after it was resolved', async () => {
    const { run } = await operator();
    const idOf = async () => JSON.parse((await run(EMERGENCY)).out).announcement.id;
    const id = await idOf();
    expect(await idOf()).toBe(id);
    await run(['incident', 'resolve', '--id', id, '--text', '終わりました。']);
    expect(await idOf()).not.toBe(id);
  });
});
