import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import type { ChildRow } from '../../../src/domain/csv/child-rows.ts';
import { childRows, childTable } from './read-file.ts';

const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  cp932: (text) => iconv.encode(text, 'cp932'),
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with its mark': (text) => Buffer.from(`\u{feff}${text}`),
  'UTF-16LE': (text) => Buffer.from(`\u{feff}${text}`, 'utf16le'),
};
const WAYS = Object.entries(ENCODINGS).flatMap(([name, encoded]) =>
  [',', ';', '\t'].map((separator) => ({ name, encoded, separator })),
);

const HEADERS: Readonly<Record<string, string>> = {
  fullName: '氏名 園児名 児童名 児童氏名 氏名(漢字) 名前',
  fullKana: 'ふりがな フリガナ カナ よみがな 氏名カナ ﾌﾘｶﾞﾅ',
  birthDate: '生年月日 誕生日 生年月日（西暦）',
  sex: '性別',
  className: 'クラス 組 所属 ｸﾗｽ',
  enrolledOn: '入園日 入所日 入園年月日',
  leftOn: '退園日 退所日',
  postalCode: '〒 郵便番号',
  address: '住所',
  phone: '電話 電話番号 TEL ＴＥＬ',
  guardianPhone: '携帯',
  guardianName: '保護者名 保護者氏名',
  father: '父',
  mother: '母',
  relationship: '続柄',
  number: '園児番号 児童番号 No. Ｎｏ．',
  certification: '認定区分 支給認定',
  certificationHours: '保育必要量',
};

const DAYS: Readonly<Record<string, string>> = {
  '2021/4/1': '2021-04-01',
  '2021-04-01': '2021-04-01',
  '2021.4.1': '2021-04-01',
  '20210401': '2021-04-01',
  令和3年4月1日: '2021-04-01',
  'R3.4.1': '2021-04-01',
  'Ｒ３．４．１': '2021-04-01',
  令和元年5月1日: '2019-05-01',
  'H31.4.30': '2019-04-30',
  平成31年4月30日: '2019-04-30',
  'S63.1.7': '1988-01-07',
  '45748': '2025-04-01',
};

const TOLD: Readonly<Record<string, string>> = {
  平成31年5月1日: 'warning outside-era',
  '4月1日': 'error no-year',
  '21/4/1': 'error two-digit-year',
  '9.01E+09': 'error number-spoilt-by-excel',
  '####': 'error column-too-narrow',
};

describe.each(WAYS)('$name, cells separated by $separator', ({ encoded, separator }) => {
  /** A file of these lines; `|` stands between cells. */
  const file = (...lines: string[]) => encoded(`${lines.join('\r\n').replaceAll('|', separator)}\r\n`);
  const codes = ({ problems }: ChildRow) =>
    problems.map(({ column, severity, code }) => `${column} ${severity} ${code}`);

  test('titles, blank lines and a footer stand around the table', () => {
    const title = ['令和8年度　園児名簿', '', 'さくら保育園||', '||'];
    const table = [
      '園児番号|氏　名|"生年\r\n月日"|住所',
      '001|髙﨑 花子|R3.4.1|"東京都\r\n渋谷区"',
      '|||',
      '2|森　一|2021/5/1|a、b',
    ];
    const bytes = file(...title, ...table, '合計|2名||', '※在園児のみ|||', '以上');
    expect(childTable(bytes)).toMatchObject({ headerRow: 5, separator });
    expect(childRows(bytes)).toMatchObject([
      {
        row: 6,
        problems: [],
        values: { number: '001', familyName: '髙﨑', birthDate: '2021-04-01', address: '東京都 渋谷区' },
      },
      { row: 8, problems: [], values: { number: '2', givenName: '一', birthDate: '2021-05-01' } },
    ]);
  });

  test('every header is understood', () => {
    for (const [key, headers] of Object.entries(HEADERS)) {
      for (const header of headers.split(' ')) {
        const other = key === 'fullName' ? '園児番号' : '姓';
        expect(childTable(file(`${other}|${header}`, '1|2')).fields[1]).toMatchObject({ key, header });
      }
    }
    expect(childTable(file('姓|名', '山田|花子')).fields.map(({ key }) => key)).toEqual(['familyName', 'givenName']);
  });

  test('names are split at their space, kana of any form are read, forms of address are proposed to go', () => {
    const rows = childRows(
      file(
        '氏名|フリガナ|生年月日',
        '山田 花子|ﾔﾏﾀﾞ ﾊﾅｺ|2021/4/1',
        '山田　花子様|ヤマダ　ハナコ|2021/4/1',
        '山田花子||2021/4/1',
      ),
    );
    const kana = { familyNameKana: 'やまだ', givenNameKana: 'はなこ' };
    expect(rows.map(codes)).toEqual([[], ['氏名 warning honorific'], ['氏名 question name-without-space']]);
    expect(rows.slice(0, 2)).toMatchObject([{ values: kana }, { values: kana }]);
  });

  test('the class may stand on the first row of its group, and a blank cell says nothing', () => {
    const rows = childRows(file('クラス|園児番号|性別', 'ひよこ組|1|女', '|2|', 'りす組|3|男', '|4|女'));
    expect(rows.map(({ values }) => [values.className, values.sex])).toEqual([
      ['ひよこ組', 'female'],
      ['ひよこ組', undefined],
      ['りす組', 'male'],
      ['りす組', 'female'],
    ]);
  });

  test('every form of a date is read, or told with what to do', () => {
    const read = (cells: object) =>
      childRows(file('園児番号|退園日', ...Object.keys(cells).map((cell) => `1|${cell}`)));
    expect(read(DAYS).map(({ values, problems }) => [values.leftOn, ...problems])).toEqual(
      Object.values(DAYS).map((day) => [day]),
    );
    expect(read(TOLD).map(codes)).toEqual(Object.values(TOLD).map((code) => [`退園日 ${code}`]));
  });

  test('a phone that lost its 0 is warned about, one that kept it is read', () => {
    const rows = childRows(file('園児番号|電話', '1|9012345678', '2|0312345678', '3|９．０１Ｅ＋０９'));
    expect(rows.map(codes)).toEqual([['電話 warning lost-leading-zero'], [], ['電話 error number-spoilt-by-excel']]);
  });

  test("a character of one's own font is refused at its cell, and a broken row stops no other", () => {
    const bytes = file('園児番号|氏名|住所', '1|山? 一|', '2|"山"田"|', '3|森 一|"東京|都"');
    const own = Buffer.from(bytes.toString('latin1').replace('?', '\u{f0}\u{40}'), 'latin1');
    const rows = childRows(
      encoded === ENCODINGS['cp932']
        ? own
        : file('園児番号|氏名|住所', '1|山\u{e000} 一|', '2|"山"田"|', '3|森 一|"東京|都"'),
    );
    expect(rows.map(codes)).toEqual([['氏名 error own-font-character'], [' error broken-row'], []]);
    expect(rows[2]?.values.address).toBe(`東京${separator}都`);
  });
});
