import { expect, test } from 'vitest';
import { importChildren } from '../../../src/endpoints/ledger-csv/import-children.ts';
import { changeChild, deleteChild, readChild } from '../../../src/endpoints/records/record-endpoints.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { only } from '../records/nursery.ts';
import { codes, fileOf, HEADER, registers, send } from './registers.ts';

test('a file as Excel in Japan writes it becomes children with their classes, guardians and phones', async () => {
  const here = await registers();
  const answer = await send(here, fileOf(3));
  expect(answer.counts).toEqual({ created: 3, changed: 0, left: 0, refused: 0 });
  expect(answer.problems).toEqual([]);
  expect(answer.file).toMatchObject({ encoding: 'cp932', separator: ',', headerRow: 1, ignored: [] });
  const child = await here.record(answer.rows[0]?.child ?? '');
  expect(child).toMatchObject({
    facility: here.garden.id,
    number: '1',
    familyName: '山田',
    givenName: '花子',
    birthDate: '2023-05-01',
    sex: 'female',
    enrolments: [{ from: '2024-04-01', to: null }],
    classes: [{ class: here.chicks.id, from: '2026-04-01', to: null, order: null }],
    phone: '03-0000-1000',
    guardians: [{ name: '山田 太郎', phones: [] }],
  });
});

test('a dry run tells exactly what the real run then does, and writes nothing but the read log', async () => {
  const here = await registers();
  await send(here, fileOf(4));
  const next = fileOf(6, (at) => (at === 1 ? '090-0000-9999' : `03-0000-${1000 + at}`)).replace('2023/05/04', '5月4日');
  here.counted.reset();
  const dry = await send(here, next, { query: { dryRun: 'true' } });
  const kinds = here.counted.counts.commits.flat().map((one) => (one.type === 'delete' ? one.kind : one.item.kind));
  expect(new Set(kinds)).toEqual(new Set(['event']));
  const real = await send(here, next);
  expect(dry.counts).toEqual({ created: 2, changed: 1, left: 2, refused: 1 });
  expect({ ...real, dryRun: true, rows: real.rows.map((row) => ({ ...row, child: null })) }).toEqual({
    ...dry,
    rows: dry.rows.map((row) => ({ ...row, child: null })),
  });
});

test('the same file again changes nothing, opens no record and commits nothing', async () => {
  const here = await registers();
  await send(here, fileOf(60));
  here.counted.reset();
  const again = await send(here, fileOf(60));
  expect([again.counts.left, here.counted.commits]).toEqual([60, 0]);
  expect(here.counted.counts.gets.filter((key) => key.startsWith('child:'))).toEqual([]);
});

test('a record that was edited after the import is looked at again, in one read event for all of them', async () => {
  const here = await registers();
  const first = await send(here, fileOf(3));
  for (const { child } of first.rows) {
    const { etag } = await ask(readChild, await here.me(), { params: { id: child } });
    const asked = { params: { id: child }, body: { notes: '要確認' }, ifMatch: etag ?? '' };
    await ask(changeChild, await here.me(), asked);
  }
  here.counted.reset();
  const again = await send(here, fileOf(3));
  expect([again.counts.left, here.counted.commits]).toEqual([3, 1]);
  const [event] = (await here.events('record-read')).filter(({ clear }) => clear?.['reason'] === 'import');
  expect(new Set(event?.clear?.['targets'] as string[])).toEqual(new Set(first.rows.map(({ child }) => child)));
  here.counted.reset();
  await send(here, fileOf(3));
  expect(here.counted.commits).toBe(0);
});

test('new children with numbers go 48 to a commit, each with one event that names them', async () => {
  const here = await registers();
  await send(here, `${HEADER}\r\n1,山田,,,,,,,\r\n`);
  here.counted.reset();
  await send(here, fileOf(100));
  const sizes = here.counted.counts.commits.map((operations) => operations.length);
  expect(sizes).toEqual([97, 97, 9]);
  const events = await here.events('records-imported');
  expect(events.map(({ clear }) => (clear?.['targets'] as string[] | undefined)?.length).sort()).toEqual([4, 48, 48]);
  expect(events.every(({ index }) => index.facility === here.garden.id)).toBe(true);
});

test('no event holds a name, a date or a number of the file', async () => {
  const here = await registers();
  await send(here, fileOf(2));
  await send(
    here,
    fileOf(2, () => '03-9999-9999'),
  );
  const stored = JSON.stringify([
    ...(await here.events('records-imported')),
    ...(await here.events('records-listed')),
    ...(await here.events('record-read')),
  ]);
  for (const told of ['山田', 'やあ', '花子', '2023-05', '03-9999', 'ひよこ']) expect(stored).not.toContain(told);
});

test('a changed row keeps the former content as a sealed version, and only the fields that differ change', async () => {
  const here = await registers();
  const first = await send(here, fileOf(1));
  const id = first.rows[0]?.child ?? '';
  await here.clock.advance(1000);
  const answer = await send(
    here,
    fileOf(1, () => '090-1111-2222'),
  );
  expect(answer.rows).toEqual([{ row: 2, outcome: 'changed', child: id, fields: ['phone'] }]);
  const [event] = await here.events('records-imported');
  const version = await here.handle.get({ name: 'version', readLogged: true }, `child:${id}:${event?.id}`, 'none');
  expect(version).toBeDefined();
  expect((await here.record(id)).phone).toBe('090-1111-2222');
});

test('a blank cell keeps what is stored', async () => {
  const here = await registers();
  const first = await send(here, fileOf(1));
  const answer = await send(here, `${HEADER}\r\n1,山田 花子,やあ はあ,2023/5/1,,,,,\r\n`);
  expect(answer.counts.left).toBe(1);
  expect(await here.record(first.rows[0]?.child ?? '')).toMatchObject({ sex: 'female', phone: '03-0000-1000' });
});

test('a broken row stops nothing else, and is told by row, column and code in both languages', async () => {
  const here = await registers();
  const file = [
    HEADER,
    '1,山田 花子,やまだ はなこ,4月1日,女,,,,',
    '2,鈴木 一,すずき はじめ,2023/5/2,男,,,,',
    '3,"あ"い,,,,,,,',
    '',
  ];
  const answer = await send(here, file.join('\r\n'));
  expect(answer.counts).toEqual({ created: 1, changed: 0, left: 0, refused: 2 });
  expect(codes(answer)).toEqual(['2 生年月日 no-year', '4  broken-row']);
  expect(answer.problems[0]).toMatchObject({
    severity: 'error',
    message: { ja: expect.stringContaining('生年月日「4月1日」'), en: expect.stringContaining('has no year') },
  });
});

test('a class that the facility does not have in the school year is never guessed: the row says how to make it', async () => {
  const here = await registers();
  const row = (name: string) => `${HEADER}\r\n1,山田 花子,やまだ はなこ,2023/5/1,女,${name},2024/4/1,,\r\n`;
  const answer = await send(here, row('うさぎ組'));
  expect(codes(answer)).toEqual(['2 クラス no-such-class']);
  expect(answer.problems[0]?.message.ja).toContain('2026年度');
  expect((await send(here, row('ヒヨコ組'))).counts.created).toBe(1);
  const nextYear = await send(here, row('ひよこ組').replace('1,山田 花子,やまだ', '2,森 花子,もり'), {
    query: { on: '2027-04-01' },
  });
  expect(codes(nextYear)).toContain('2 クラス no-such-class');
});

test('another class counts from the day of the file on, and the stay before it is kept', async () => {
  const here = await registers();
  const row = (name: string) => `${HEADER}\r\n1,山田 花子,やまだ はなこ,2023/5/1,女,${name},2024/4/1,,\r\n`;
  const first = await send(here, row('ひよこ組'));
  const moved = await send(here, row('らいおん組'), { query: { on: '2026-10-01' } });
  expect(moved.rows[0]).toMatchObject({ outcome: 'changed', fields: ['classes'] });
  expect((await here.record(first.rows[0]?.child ?? '')).classes).toEqual([
    { class: here.chicks.id, order: null, from: '2026-04-01', to: '2026-09-30' },
    { class: here.lions.id, order: null, from: '2026-10-01', to: null },
  ]);
});

test('columns that are not taken over are told with their reason, those of health by name', async () => {
  const here = await registers();
  const answer = await send(
    here,
    'アレルギー,園児番号,氏名,ふりがな,生年月日,好きな色,園児名,\r\n卵,1,山田 花子,やまだ はなこ,2023/5/1,赤,山田,\r\n',
  );
  expect(answer.file.ignored.map(({ header, reason }) => `${header} ${reason}`)).toEqual([
    'アレルギー health',
    '好きな色 unknown',
    '園児名 repeated',
  ]);
  expect(answer.counts.created).toBe(1);
});

test('proposals are taken only when asked: 様 stays in the name, and goes with accept', async () => {
  const here = await registers();
  const file = '氏名,ふりがな,生年月日\r\n山田 花子様,やまだ はなこ,2023/5/1\r\n';
  const dry = { dryRun: 'true' };
  const shown = await send(here, file, { query: dry });
  expect(shown.problems).toMatchObject([{ code: 'honorific', severity: 'warning', proposal: '山田 花子' }]);
  const taken = await send(here, file, { query: { accept: 'honorific' } });
  expect(taken.problems).toEqual([]);
  expect(await here.record(taken.rows[0]?.child ?? '')).toMatchObject({ givenName: '花子' });
});

test('a facility holds at most 2,000 enrolled children: what goes beyond is refused row by row', async () => {
  const here = await registers();
  const answer = await send(here, fileOf(2002));
  expect(answer.counts).toMatchObject({ created: 2000, refused: 2 });
  expect(codes(answer)).toEqual(['2002  limit-reached', '2003  limit-reached']);
});

test('another facility is as unknown as none, and whoever may only read is told so', async () => {
  const here = await registers();
  const other = await here.facility();
  const there = await here.signIn(only('children', 'write', [other.id]));
  const reader = await here.signIn(only('children', 'read', 'all'));
  const outside = await refusal(send(here, fileOf(1), { token: there }));
  const nowhere = await refusal(send(here, fileOf(1), { query: { facility: '01890000-0000-7000-8000-000000000001' } }));
  expect([outside.code, outside.text]).toEqual([nowhere.code, nowhere.text]);
  expect(outside.code).toBe('not-found');
  expect(await refusedAs(send(here, fileOf(1), { token: reader }))).toBe('not-permitted');
  expect((await here.everybody()).length).toBe(0);
});

test('a child of another facility is never matched, whatever its number and name', async () => {
  const here = await registers();
  const other = await here.facility();
  await here.child(other.id, { number: '1', familyNameKana: 'やあ', givenNameKana: 'はあ', birthDate: '2023-05-01' });
  expect((await send(here, fileOf(1))).counts.created).toBe(1);
});

test('a child that was deleted and stands in the file again is a new child', async () => {
  const here = await registers();
  const first = await send(here, fileOf(1));
  const id = first.rows[0]?.child ?? '';
  const { etag } = await ask(readChild, await here.me(), { params: { id } });
  const requests = { requests: here.requests, clock: here.clock } as never;
  await ask(deleteChild, await here.me(), { params: { id }, ifMatch: etag ?? '' }, requests);
  const again = await send(here, fileOf(1));
  expect(again.counts.created).toBe(1);
  expect(again.rows[0]?.child).not.toBe(id);
  expect((await send(here, fileOf(1))).rows).toMatchObject([{ outcome: 'left', child: again.rows[0]?.child }]);
});

test('a workbook is refused with advice, and a call that does not say whether it is a dry run is refused too', async () => {
  const here = await registers();
  const workbook = Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0]);
  const refused = await refusal(send(here, workbook));
  expect([refused.code, refused.text?.ja]).toEqual(['unreadable-file', expect.stringContaining('CSV')]);
  const unsaid = await refusal(
    ask(importChildren, await here.me(), { query: { facility: here.garden.id } }, here.services),
  );
  expect([unsaid.code, unsaid.errors[0]?.pointer]).toEqual(['invalid-input', '?dryRun']);
});

test('a dry run that shows what would change in a record is a reading of it, told before the answer', async () => {
  const here = await registers();
  const first = await send(here, fileOf(2));
  const next = fileOf(2, () => '090-1111-2222').replace('山田 花子', '山田 華子');
  await send(here, next, { query: { dryRun: 'true' } });
  const [event] = await here.events('record-read');
  expect(new Set(event?.clear?.['targets'] as string[])).toEqual(new Set(first.rows.map(({ child }) => child)));
  expect((await here.events('records-imported')).length).toBe(1);
});

test('who comes back after leaving is found again, and a new period begins', async () => {
  const here = await registers();
  const file = (days: string) =>
    `園児番号,氏名,ふりがな,生年月日,入園日,退園日\r\n1,山田 花子,やまだ はなこ,2023/5/1,${days}\r\n`;
  const first = await send(here, file('2024/4/1,2025/3/31'));
  const back = await send(here, file('2026/10/1,'));
  expect(back.rows).toMatchObject([{ outcome: 'changed', child: first.rows[0]?.child, fields: ['enrolments'] }]);
  expect((await here.record(first.rows[0]?.child ?? '')).enrolments).toEqual([
    { from: '2024-04-01', to: '2025-03-31' },
    { from: '2026-10-01', to: null },
  ]);
});

test('what the collection refuses is told at the column it came from, and the other rows are taken over', async () => {
  const here = await registers();
  const long = 'あ'.repeat(60);
  const answer = await send(here, `姓,名,生年月日,愛称\r\n山田,花子,2023/5/1,${long}\r\n森,一,2023/5/2,\r\n`);
  expect([codes(answer), answer.counts.created]).toEqual([['2 愛称 too-big'], 1]);
});

test('a new child without a birth date is refused at that column', async () => {
  const here = await registers();
  const answer = await send(here, '園児番号,氏名,生年月日\r\n7,山田 花子,\r\n');
  expect(codes(answer)).toEqual(['2 生年月日 needed-for-new-child']);
});
