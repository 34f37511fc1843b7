import { expect, test } from 'vitest';
import type { WrittenEncoding } from '../../../src/domain/csv/write-csv.ts';
import { exportChildren } from '../../../src/endpoints/ledger-csv/export-children.ts';
import { ask, refusal } from '../../support/ask.ts';
import { only } from '../records/nursery.ts';
import { type Registers, registers, send } from './registers.ts';

async function take(here: Registers, encoding: WrittenEncoding, query: object = {}) {
  const asked = { query: { facility: here.garden.id, encoding, ...query } };
  const { content, headers } = await ask(exportChildren, await here.me(), asked);
  const bytes = Buffer.from(content?.bytes ?? '');
  return { bytes, text: new TextDecoder(encoding === 'cp932' ? 'shift_jis' : 'utf-8').decode(bytes), headers, content };
}

const GUARDIANS = [
  { name: '山田 太郎', kana: 'やまだ たろう', relationship: '父', phones: ['090-0000-0001', '03-0000-0001'] },
  { name: '山田 良子', kana: '', relationship: '母', phones: [] },
];

test('a register is what Excel in Japan opens: every field quoted, CRLF, a mark or Shift_JIS, and a name for the file', async () => {
  const here = await registers();
  const classes = [{ class: here.chicks.id, from: '2026-04-01' }];
  const certifications = [{ certification: '3', hours: 'short', from: '2026-04-01' }];
  await here.child(here.garden.id, { number: '12', sex: 'female', classes, certifications, guardians: GUARDIANS });
  const utf8 = await take(here, 'utf-8');
  expect([...utf8.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(utf8.text.split('\r\n')).toEqual([
    '"園児番号","姓","名","せい","めい","生年月日","性別","クラス","入園日","退園日","利用区分","認定区分","保育必要量","愛称","郵便番号","住所","電話番号","保護者氏名1","保護者氏名かな1","続柄1","保護者電話番号1","保護者氏名2","保護者氏名かな2","続柄2","保護者電話番号2","備考"',
    '"12","山田","花子","やまだ","はなこ","2023-05-01","女","ひよこ組","2024-04-01","","通常","3号","短時間","","","","","山田 太郎","やまだ たろう","父","090-0000-0001、03-0000-0001","山田 良子","","母","",""',
    '',
  ]);
  expect(utf8.headers?.['content-disposition']).toBe(
    `attachment; filename="children-2026-11-24.csv"; filename*=UTF-8''${encodeURIComponent('園児名簿-2026-11-24.csv')}`,
  );
  const cp932 = await take(here, 'cp932');
  expect(cp932.content?.type).toBe('text/csv; charset=shift_jis');
  expect(cp932.text).toBe(utf8.text);
});

test('who is enrolled on the day is in it, in the order of せい and めい, and nobody of another facility', async () => {
  const here = await registers();
  const other = await here.facility();
  await here.child(here.garden.id, { familyName: '渡辺', familyNameKana: 'わたなべ' });
  await here.child(here.garden.id, { familyName: '青木', familyNameKana: 'あおき' });
  await here.child(here.garden.id, { familyName: '卒園', enrolments: [{ from: '2020-04-01', to: '2026-03-31' }] });
  await here.child(other.id, { familyName: '他園' });
  const names = async (query: object) =>
    [...(await take(here, 'utf-8', query)).text.matchAll(/"","(.+?)","花子"/g)].map(([, name]) => name);
  expect(await names({})).toEqual(['青木', '渡辺']);
  expect(await names({ on: '2026-03-31' })).toEqual(['青木', '卒園', '渡辺']);
});

test('the log names every child of an export before a record is opened, and an export of nobody too', async () => {
  const here = await registers();
  await take(here, 'utf-8');
  const { id } = await here.child(here.garden.id, { notes: 'ひみつ' });
  here.counted.reset();
  here.beforeCommit(async () => {
    throw new Error('the log is away');
  });
  await expect(take(here, 'utf-8')).rejects.toThrow('the log is away');
  expect(here.counted.counts.lists).toEqual(['child']);
  here.beforeCommit(async () => undefined);
  await take(here, 'utf-8');
  await take(here, 'cp932');
  const events = await here.events('records-exported');
  expect(events.map(({ clear }) => String(clear?.['targets'])).sort()).toEqual(['', id, id]);
  expect(events.every(({ index }) => index.facility === here.garden.id)).toBe(true);
  expect(JSON.stringify(await here.events('records-exported'))).not.toContain('山田');
});

test('an export of more children than one event may name is told in several', async () => {
  const here = await registers();
  const rows = Array.from({ length: 201 }, (_, at) => `${at},組,${at},2023/5/1`);
  await send(here, `園児番号,姓,名,生年月日\r\n${rows.join('\r\n')}\r\n`);
  expect((await take(here, 'utf-8')).text.split('\r\n').length).toBe(203);
  const told = (await here.events('records-exported')).map(({ clear }) => clear?.['targets']);
  expect(told.map((targets) => (Array.isArray(targets) ? targets.length : 0)).sort()).toEqual([1, 200]);
});

test('a character without place in Shift_JIS is told by row and column, and no file is written', async () => {
  const here = await registers();
  await here.child(here.garden.id, { familyName: '𠮷田', familyNameKana: 'よしだ' });
  await here.child(here.garden.id, { familyName: '髙橋', familyNameKana: 'たかはし', notes: '〜−‖—' });
  const refused = await refusal(take(here, 'cp932'));
  expect(refused.code).toBe('invalid-input');
  expect(refused.errors).toMatchObject([{ pointer: '?encoding', code: 'no-place-in-cp932' }]);
  expect(refused.errors[0]?.text.ja).toContain('3行目「姓」の「𠮷」');
  expect((await take(here, 'utf-8')).text).toContain('𠮷田');
});

test('another facility is as unknown as none', async () => {
  const here = await registers();
  const other = await here.facility();
  const there = await here.signIn(only('children', 'read', [other.id]));
  const asked = { query: { facility: here.garden.id, encoding: 'utf-8' } };
  expect((await refusal(ask(exportChildren, await here.as(there), asked))).code).toBe('not-found');
  const nowhere = { query: { facility: '01890000-0000-7000-8000-000000000001', encoding: 'utf-8' } };
  expect((await refusal(ask(exportChildren, await here.me(), nowhere))).code).toBe('not-found');
  expect((await here.events('records-exported')).length).toBe(0);
});

test('an export needs the password again', () => {
  expect(exportChildren.confirm).toBe(true);
});
