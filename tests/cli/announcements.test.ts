import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../../src/ports/store-error.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { operator } from './operator.ts';

type Operator = Awaited<ReturnType<typeof operator>>;

const PUBLISH = ['notice', 'publish', '--title', '新しい版', '--text', '変わります。'];
const OPEN = ['incident', 'open', '--title', 'ログインできない障害', '--text', '調査しています。'];
const PLAN = ['maintenance', 'plan', '--title', '更新作業', '--text', '使えません。'];
const NIGHT = ['--from', '2026-12-01T02:00', '--until', '2026-12-01T04:00'];

/** The JSON answer of a call that succeeds. */
async function json({ run }: Operator, ...line: string[]) {
  const { exitCode, out, err } = await run([...line, '--json']);
  expect([exitCode, err]).toEqual([0, '']);
  return JSON.parse(out);
}

async function refusedWith({ run, control }: Operator, line: string[], sentence: string) {
  const before = await control.container('announcements').page({ limit: 100 });
  const { exitCode, out, err } = await run(line);
  expect([exitCode, out]).toEqual([2, '']);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).toContain(sentence);
  expect(await control.container('announcements').page({ limit: 100 })).toEqual(before);
}

describe('notice publish', () => {
  test('stores the words as typed, for all, with version and time', async () => {
    const at = await operator();
    const release = ['--version', '1.4.0', '--takes-effect', '2026-12-01T02:00'];
    const notice = await json(at, ...PUBLISH, '--title-en', 'New', '--all', ...release);
    expect(notice).toMatchObject({
      kind: 'notice',
      title: { ja: '新しい版', en: 'New' },
      text: { ja: '変わります。', en: null },
      audience: 'all',
      version: '1.4.0',
      takesEffectAt: '2026-11-30T17:00:00.000Z',
      state: 'public',
      publishedAt: '2026-11-24T03:00:00.000Z',
    });
    expect(await json(at, 'notice', 'list')).toEqual([notice]);
  });

  test('takes Markdown from files in both languages', async () => {
    const folder = tempFolder();
    const [ja, en] = [join(folder, 'ja.md'), join(folder, 'en.md')];
    writeFileSync(ja, '\ufeff# 変更点\n\n- 一\n');
    writeFileSync(en, '# Changes\n');
    const line = ['notice', 'publish', '--title', '新しい版', '--file', ja, '--file-en', en, '--all'];
    expect((await json(await operator(), ...line)).text).toEqual({ ja: '# 変更点\n\n- 一\n', en: '# Changes\n' });
  });

  test('can be for named tenants, each of which must exist; a tenant named "all" is one of them', async () => {
    const at = await operator();
    for (const tenant of ['sakura', 'all']) await at.create(tenant);
    expect((await json(at, ...PUBLISH, '--tenants', 'sakura, all,sakura')).audience).toEqual(['all', 'sakura']);
    await refusedWith(at, [...PUBLISH, '--tenants', 'sakura,momo'], 'There is no contract "momo"');
    await refusedWith(at, [...PUBLISH, '--tenants', 'sakura,'], 'There is no contract ""');
  });

  test.each([
    [PUBLISH, 'either --all or --tenants'],
    [[...PUBLISH, '--all', '--tenants', 'sakura'], 'either --all or --tenants'],
    [['notice', 'publish', '--title', '新しい版', '--all'], 'needs its text in Japanese'],
    [[...PUBLISH, '--all', '--file', 'x.md'], 'either --file or --text'],
    [['notice', 'publish', '--title', '版', '--all', '--file', '/nowhere/x.md'], 'cannot be read (ENOENT)'],
    [[...PUBLISH, '--all', '--version', 'v1'], 'is not a version'],
    [[...PUBLISH, '--all', '--takes-effect', 'soon'], 'cannot be used as a time'],
    [[...PUBLISH, '--all', '--takes-effect', '2026-11-24T12:00'], 'is past'],
    [['notice', 'publish', '--title', ' ', '--text', 'x', '--all'], 'The title must be'],
  ])('%j is refused with one sentence, and nothing is written', async (line, sentence) => {
    await refusedWith(await operator(), line, sentence);
  });

  test('a file that is not UTF-8 is refused', async () => {
    const path = join(tempFolder(), 'sjis.md');
    writeFileSync(path, Buffer.from([0x8d, 0xb7]));
    const line = ['notice', 'publish', '--title', '版', '--all', '--file', path];
    await refusedWith(await operator(), line, 'it is not UTF-8');
  });

  test('an outcome that is not known is told with where to look', async () => {
    const { run, control } = await operator();
    const lost: typeof control = {
      now: () => control.now(),
      container: (name) => ({
        ...control.container(name),
        create: () => Promise.reject(new StoreError('unavailable', 'no answer', { unclear: true })),
      }),
    };
    const { exitCode, err } = await run([...PUBLISH, '--all'], { control: lost });
    expect(exitCode).toBe(1);
    expect(err).toContain('"notice list"');
  });
});

describe('notice list', () => {
  test('says what to do when it is empty, and shows everything with its state otherwise', async () => {
    const at = await operator();
    await at.create('sakura');
    expect((await at.run(['notice', 'list'])).out).toContain('notice publish');
    await json(at, ...PUBLISH, '--all', '--version', '1.4.0');
    await json(at, ...PLAN, ...NIGHT);
    const { announcement } = await json(at, ...OPEN, '--tenants', 'sakura');
    const { out } = await at.run(['notice', 'list']);
    expect(out).toMatch(/notice +public +2026-11-24 12:00 +1\.4\.0 +all +新しい版/);
    expect(out).toMatch(/maintenance +planned +2026-11-24 12:00 +- +all +更新作業/);
    expect(out).toMatch(
      new RegExp(`${announcement.id} +incident +open +2026-11-24 12:00 +- +sakura +ログインできない障害`),
    );
    at.clock.set(Date.parse('2026-12-01T02:30:00+09:00'));
    expect((await at.run(['notice', 'list'])).out).toMatch(/maintenance +under way/);
    at.clock.set(Date.parse('2026-12-01T04:00:00+09:00'));
    expect((await at.run(['notice', 'list'])).out).toMatch(/maintenance +over/);
  });
});

describe('notice withdraw', () => {
  test.each([
    ['a notice', [...PUBLISH, '--all']],
    ['maintenance', [...PLAN, ...NIGHT]],
  ])('takes %s back, also when it is sent again', async (_what, line) => {
    const at = await operator();
    const written = await json(at, ...line);
    const { id } = written.announcement ?? written;
    for (let times = 0; times < 2; times += 1) {
      expect(await json(at, 'notice', 'withdraw', '--id', id)).toMatchObject({ id, state: 'withdrawn' });
    }
    expect((await at.run(['notice', 'list'])).out).toMatch(/withdrawn/);
  });

  test('is refused for an incident and for what is not there', async () => {
    const at = await operator();
    const { announcement } = await json(at, ...OPEN);
    await refusedWith(at, ['notice', 'withdraw', '--id', announcement.id], 'end it with "incident resolve');
    await refusedWith(at, ['notice', 'withdraw', '--id', 'x'], 'There is no announcement "x"');
  });
});

describe('incidents', () => {
  test('are opened, told on and resolved, and each step prints its text for X with the link', async () => {
    const at = await operator();
    const opened = await json(at, ...OPEN);
    const id = opened.announcement.id;
    expect(opened.x).toBe('【障害】ログインできない障害\n調査しています。\nhttp://localhost:7071/status');
    const updated = await json(at, 'incident', 'update', '--id', id, '--text', '原因が分かりました。');
    expect(updated.x).toMatch(/^【障害・続報】.*\n原因が分かりました。\n/);
    const { exitCode, out } = await at.run(['incident', 'resolve', '--id', id, '--text', '直りました。']);
    expect(exitCode).toBe(0);
    expect(out).toContain('----\n【復旧】ログインできない障害\n直りました。\nhttp://localhost:7071/status\n----');
    expect(await json(at, 'notice', 'list')).toMatchObject([
      { id, state: 'resolved', updates: [{ resolves: false }, { resolves: true }] },
    ]);
  });

  test('for named tenants have no text for X', async () => {
    const at = await operator();
    await at.create('sakura');
    const { exitCode, out } = await at.run([...OPEN, '--tenants', 'sakura']);
    expect(exitCode).toBe(0);
    expect(out).toContain('It is not public, so there is no text for X.');
    expect((await json(at, ...OPEN, '--tenants', 'sakura')).x).toBeNull();
  });

  test('that are resolved, not there or no incidents take nothing more', async () => {
    const at = await operator();
    const { id } = (await json(at, ...OPEN)).announcement;
    await json(at, 'incident', 'resolve', '--id', id, '--text', '直りました。');
    const notice = await json(at, ...PUBLISH, '--all');
    for (const verb of ['update', 'resolve']) {
      const line = (of: string) => ['incident', verb, '--id', of, '--text', '続き'];
      await refusedWith(at, line(id), 'was resolved at');
      await refusedWith(at, line(notice.id), 'is a notice, not an incident');
      await refusedWith(at, line('x'), 'There is no announcement "x"');
    }
  });

  test('resolved by two operators at once are resolved once', async () => {
    const at = await operator();
    const { id } = (await json(at, ...OPEN)).announcement;
    const resolve = ['incident', 'resolve', '--id', id, '--text', '直りました。'];
    const codes = (await Promise.all([at.run(resolve), at.run(resolve)])).map(({ exitCode }) => exitCode);
    expect(codes.toSorted()).toEqual([0, 2]);
    expect((await json(at, 'notice', 'list'))[0].updates).toHaveLength(1);
  });
});

describe('maintenance plan', () => {
  test('announces the times, which are Japan time, and prints the text for X', async () => {
    const { announcement, x } = await json(await operator(), ...PLAN, ...NIGHT);
    expect(announcement).toMatchObject({ from: '2026-11-30T17:00:00.000Z', until: '2026-11-30T19:00:00.000Z' });
    expect(x).toBe(
      '【保守作業】2026-12-01 02:00〜04:00（日本時間）\n更新作業\n使えません。\nhttp://localhost:7071/status',
    );
  });

  test.each([
    [['--from', '2026-12-01T04:00', '--until', '2026-12-01T02:00'], 'not after its begin'],
    [['--from', '2026-11-23T04:00', '--until', '2026-11-23T05:00'], 'is past'],
    [['--from', 'tonight', '--until', '2026-12-01T02:00'], 'cannot be used as a time'],
  ])('%j is refused, and nothing is written', async (times, sentence) => {
    await refusedWith(await operator(), [...PLAN, ...times], sentence);
  });
});
