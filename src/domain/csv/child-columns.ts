import type { CivilDay } from '../../model/instant.ts';
import { type Child, comesWithoutClass, NOTES_MAX } from '../collections/child-fields.ts';
import { type Column, type Columns, finding, noValue, type Reading, value } from './column.ts';
import { type Choices, choiceKey, choiceReader, choicesReader } from './read-choice.ts';
import { readPhones, readPostalCode } from './read-contact.ts';
import { readDate } from './read-date.ts';
import { readFullKana, readFullName, readKana, readName, type SplitName } from './read-name.ts';

export type Sex = Child['sex'];
export type UseKind = Child['useKinds'][number];
export type Certification = Child['certifications'][number]['certification'];
export type CertificationHours = NonNullable<Child['certifications'][number]['hours']>;

export const SEX_WORDS: Choices<Sex> = {
  male: ['男', '男児', '男子', '男性', '男の子', 'おとこ', 'M', 'male', '♂'],
  female: ['女', '女児', '女子', '女性', '女の子', 'おんな', 'F', 'female', '♀'],
  unspecified: ['未記入', '不明', 'その他', '無回答', '回答しない'],
};
export const USE_KIND_WORDS: Choices<UseKind> = {
  regular: ['通常', '通常保育', '一般', '常時'],
  temporary: ['一時預かり', '一時保育', '一時', '一時あずかり'],
  anyone: ['誰でも通園', 'こども誰でも通園', 'こども誰でも通園制度', '乳児等通園支援', '乳児等通園支援事業'],
  extended: ['延長', '延長保育'],
};
/** 保育必要量: up to 11 hours a day and up to 8 (Children and Childcare Support Act, enforcement rules, article 4). */
export const CERTIFICATION_HOURS_WORDS: Choices<CertificationHours> = {
  standard: ['標準時間', '標準', '保育標準時間', '保育標準', '標準時間認定', '保育標準時間認定', '11時間'],
  short: ['短時間', '短', '保育短時間', '保育短', '短時間認定', '保育短時間認定', '8時間'],
};

const readUseKinds = choicesReader(USE_KIND_WORDS);

/** 一時預かり and 誰でも通園 come without a class; beside another kind they do not tell. */
function isInClass(useKinds: string): boolean | undefined {
  const kinds = readUseKinds(useKinds).value;
  if (kinds === undefined) return undefined;
  if (comesWithoutClass(kinds)) return false;
  return kinds.some((kind) => comesWithoutClass([kind])) ? undefined : true;
}

const readHours = choiceReader(CERTIFICATION_HOURS_WORDS);

export interface CertificationCell {
  readonly certification: Certification;
  readonly hours?: CertificationHours;
}

/** `2号`, `２号認定`, `2`, and with the hours in the same cell: `2号（標準時間）`. */
export function readCertification(cell: string): Reading<CertificationCell> {
  const key = choiceKey(cell);
  const [, digit, rest = ''] = /^([123])(?:号(?:認定)?)?(?:[/-])?(.*)$/u.exec(key) ?? [];
  const hours = rest === '' ? undefined : readHours(rest).value;
  const certification = key.startsWith('教育標準時間') ? '1' : digit;
  const isWhole = rest === '' || hours !== undefined || (digit === '1' && rest.startsWith('教育標準'));
  if (!isWhole || (certification !== '1' && certification !== '2' && certification !== '3')) {
    return noValue(
      finding(
        'error',
        'not-a-choice',
        'は読み取れません。「1号」「2号」「3号」のどれかを書いてください。',
        'is not known here. Write 1号, 2号 or 3号.',
      ),
    );
  }
  return value({ certification, ...(hours === undefined ? {} : { hours }) });
}

/** 1号 has no 保育必要量: what stands there for it, 教育標準時間, says nothing. */
function readCertificationHours(cell: string): Reading<CertificationHours> {
  return choiceKey(cell).startsWith('教育標準') ? { findings: [] } : readHours(cell);
}

const asTyped = (cell: string): Reading<string> => value(cell);
/** Text of one line as typed; line breaks within the cell, with the spaces around them, become one space. */
const onOneLine = (cell: string): Reading<string> =>
  value(cell.replace(/\s+/gu, (gap) => (/[\r\n]/u.test(gap) ? ' ' : gap)));

function column<V>(
  ja: string,
  en: string,
  headers: string,
  parse: (cell: string) => Reading<V>,
  traits: Pick<Column<V>, 'many' | 'essential' | 'fillsDown' | 'longest'> = {},
): Column<V> {
  return {
    labels: { ja, en },
    headers: [ja, ...headers.split(' ').filter((header) => header !== '')],
    parse,
    ...traits,
  };
}

const NAME = '氏名 園児名 児童名 児童氏名 園児氏名 名前 お名前';
const KANA =
  '氏名かな ふりがな かな よみがな よみ 氏名ふりがな かな氏名 園児名かな 児童名かな 園児名ふりがな 児童名ふりがな 児童氏名かな 園児氏名かな 児童氏名ふりがな 園児氏名ふりがな 名前かな 名前ふりがな';

/** Headers of one part of a name that is told in two columns: 氏名（姓） and 氏名（名）, フリガナ（セイ） and フリガナ（メイ）. */
function partOf(wholes: string, ...parts: readonly string[]): string {
  return wholes
    .split(' ')
    .flatMap((whole) => parts.map((part) => whole + part))
    .join(' ');
}

const MANY = { many: true } as const;
const NAMES = { essential: 'name' } as const;
const NUMBERS = { essential: 'number' } as const;

/**
 * What a table of children can tell, with the headers of Excel lists, of other childcare systems and of city offices. One
 * header that two columns could mean goes to the child, not to its guardian.
 */
export const CHILD_COLUMNS = {
  number: column<string>(
    '園児番号',
    'Child number',
    '児童番号 園児No 児童No No 番号 園児コード 児童コード 園児ID 管理番号',
    (cell) => value(cell.normalize('NFKC')),
    NUMBERS,
  ),
  fullName: column<SplitName>(
    '氏名',
    'Name',
    `${NAME} 氏名漢字 漢字氏名 園児の氏名 児童の氏名 子どもの名前 子どもの氏名 児童 園児`,
    readFullName,
    NAMES,
  ),
  familyName: column<string>(
    '姓',
    'Family name',
    `氏 苗字 名字 姓漢字 漢字姓 園児姓 児童姓 ${partOf(NAME, '姓', '氏')}`,
    readName,
    NAMES,
  ),
  givenName: column<string>(
    '名',
    'Given name',
    `名漢字 漢字名 園児名前 下の名前 児童名のみ ${partOf(NAME, '名')}`,
    readName,
  ),
  fullKana: column<SplitName>('氏名かな', 'Name in kana', KANA, readFullKana),
  familyNameKana: column<string>(
    'せい',
    'Family name in kana',
    `姓かな 姓ふりがな 姓よみ 氏かな 氏ふりがな 苗字かな 姓よみがな ${partOf(KANA, '姓', '氏', 'せい')} ${partOf(NAME, 'せい', '姓かな', '姓ふりがな')}`,
    readKana,
  ),
  givenNameKana: column<string>(
    'めい',
    'Given name in kana',
    `名かな 名ふりがな 名よみ 名よみがな ${partOf(KANA, '名', 'めい')} ${partOf(NAME, 'めい', '名かな', '名ふりがな')}`,
    readKana,
  ),
  nickname: column<string>('愛称', 'Nickname', '呼び名 ニックネーム 通称', onOneLine),
  birthDate: column<CivilDay>(
    '生年月日',
    'Birth date',
    '誕生日 生年月日西暦 生年月日和暦 出生日 出生年月日 生まれた日',
    readDate,
  ),
  sex: column<Sex>('性別', 'Sex', '男女 性', choiceReader(SEX_WORDS)),
  className: column<string>('クラス', 'Class', '組 所属 クラス名 組名 所属クラス 在籍クラス 学級', onOneLine, {
    fillsDown: { by: 'useKinds', isOfGroup: isInClass },
  }),
  enrolledOn: column<CivilDay>('入園日', 'Enrolled on', '入所日 入園年月日 入所年月日 入園 入所 利用開始日', readDate),
  leftOn: column<CivilDay>('退園日', 'Left on', '退所日 退園年月日 退所年月日 退園 退所 卒園日 利用終了日', readDate),
  useKinds: column<readonly UseKind[]>('利用区分', 'Kinds of use', '利用種別 保育区分 利用形態', readUseKinds),
  certification: column<CertificationCell>(
    '認定区分',
    'Certification',
    '支給認定 支給認定区分 教育・保育給付認定 給付認定区分 認定 認定種別',
    readCertification,
  ),
  certificationHours: column<CertificationHours>(
    '保育必要量',
    'Certified hours',
    '必要量 認定時間 保育時間区分 保育時間',
    readCertificationHours,
  ),
  postalCode: column<string>('郵便番号', 'Postal code', '〒 郵便', readPostalCode),
  address: column<string>('住所', 'Address', '現住所 自宅住所 住所1 所在地', onOneLine),
  phone: column<readonly string[]>(
    '電話番号',
    'Phone',
    '電話 TEL 自宅電話 自宅電話番号 電話自宅 自宅 固定電話 連絡先 連絡先電話番号',
    readPhones,
    MANY,
  ),
  guardianName: column<string>(
    '保護者氏名',
    'Guardian',
    '保護者名 保護者 氏名保護者 保護者の氏名 世帯主',
    readName,
    MANY,
  ),
  guardianKana: column<string>(
    '保護者氏名かな',
    'Guardian in kana',
    '保護者かな 保護者ふりがな 保護者名かな 保護者氏名ふりがな 保護者名ふりがな',
    readKana,
    MANY,
  ),
  relationship: column<string>('続柄', 'Relationship', '保護者続柄 続き柄 間柄 続柄保護者', onOneLine, MANY),
  guardianPhone: column<readonly string[]>(
    '保護者電話番号',
    "Guardian's phone",
    '保護者電話 保護者携帯 保護者TEL 携帯 携帯電話 携帯番号 携帯電話番号 緊急連絡先 緊急連絡先電話番号 電話携帯',
    readPhones,
    MANY,
  ),
  father: column<string>('父', 'Father', '父氏名 父親 父名 父親氏名 氏名父', readName),
  mother: column<string>('母', 'Mother', '母氏名 母親 母名 母親氏名 氏名母', readName),
  fatherPhone: column<readonly string[]>(
    '父電話番号',
    "Father's phone",
    '父携帯 父電話 父TEL 父携帯電話 父携帯番号 父親携帯 携帯父 電話父 父連絡先',
    readPhones,
  ),
  motherPhone: column<readonly string[]>(
    '母電話番号',
    "Mother's phone",
    '母携帯 母電話 母TEL 母携帯電話 母携帯番号 母親携帯 携帯母 電話母 母連絡先',
    readPhones,
  ),
  notes: column<string>('備考', 'Notes', 'メモ 特記事項 摘要 備考欄', asTyped, { longest: NOTES_MAX }),
} as const satisfies Columns;
