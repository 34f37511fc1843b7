import { stringify } from 'csv-stringify/sync';
import iconv from 'iconv-lite';
import { BOYS, FAMILY_NAMES, FATHERS, GIRLS, MOTHERS, type ReadName } from './names.ts';
import type { DemoClass, DemoFacility } from './nursery.ts';

/** The columns of the ledger, under headers that nurseries use. */
const HEADERS = [
  '園児番号',
  '姓',
  '名',
  'せい',
  'めい',
  '生年月日',
  '性別',
  'クラス',
  '入園日',
  '認定区分',
  '保育必要量',
  '保護者名',
  '続柄',
  '電話番号',
  '住所',
];

/**
 * The children's ledger of one facility for a school year, as Excel in Japan saves it: cp932, CRLF. The same numbers give
 * the same children each time, so that a start that was cut off goes on with the same file.
 */
export function ledgerFile(facility: DemoFacility, place: number, schoolYear: number): Uint8Array<ArrayBuffer> {
  const random = randomFrom(schoolYear * 10 + place);
  const rows = facility.classes.flatMap((schoolClass, at) =>
    Array.from({ length: schoolClass.children }, (_, nth) => {
      const number = `${place + 1}${at}${String(nth + 1).padStart(2, '0')}`;
      return row(number, schoolClass, facility, schoolYear, random);
    }),
  );
  const text = stringify([HEADERS, ...rows], { record_delimiter: 'windows' });
  return new Uint8Array(iconv.encode(text, 'cp932'));
}

function row(
  number: string,
  schoolClass: DemoClass,
  facility: DemoFacility,
  schoolYear: number,
  random: () => number,
): readonly string[] {
  const boy = random() < 0.5;
  const family = pick(FAMILY_NAMES, random);
  const given = pick(boy ? BOYS : GIRLS, random);
  const age = pick(schoolClass.ages, random);
  const born = birthday(age, schoolYear, random);
  const mother = random() < 0.7;
  const guardian: ReadName = pick(mother ? MOTHERS : FATHERS, random);
  const entered = schoolYear - Math.floor(random() * (age + 1));
  return [
    number,
    family.name,
    given.name,
    family.kana,
    given.kana,
    born,
    boy ? '男' : '女',
    schoolClass.name,
    `${entered}/4/1`,
    age < 3 ? '3号' : '2号',
    random() < 0.8 ? '標準時間' : '短時間',
    `${family.name}　${guardian.name}`,
    mother ? '母' : '父',
    // Numbers that nobody has: 090-0000 is not given out.
    `090-0000-${String(Math.floor(random() * 10_000)).padStart(4, '0')}`,
    facility.address.replace(/\d+-\d+-\d+$/, `${1 + Math.floor(random() * 9)}-${1 + Math.floor(random() * 20)}`),
  ];
}

/**
 * A birthday of somebody who is this many full years old on 1 April of the school year. For infants it leaves out February
 * and March: nobody enters on 1 April younger than 57 days (Labour Standards Act, article 65: leave after childbirth).
 */
function birthday(age: number, schoolYear: number, random: () => number): string {
  const first = Date.UTC(schoolYear - age - 1, 3, 2);
  const last = age === 0 ? Date.UTC(schoolYear, 0, 31) : Date.UTC(schoolYear - age, 3, 1);
  const day = new Date(first + Math.floor(random() * ((last - first) / 86_400_000 + 1)) * 86_400_000);
  return `${day.getUTCFullYear()}/${day.getUTCMonth() + 1}/${day.getUTCDate()}`;
}

function pick<T>(choices: readonly T[], random: () => number): T {
  const chosen = choices[Math.floor(random() * choices.length)];
  if (chosen === undefined) throw new RangeError('nothing to choose from');
  return chosen;
}

/** Numbers from 0 to below 1 that look random and are the same for the same seed (a linear congruential generator, Knuth's MMIX). */
function randomFrom(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 32n) / 0x1_0000_0000;
  };
}
