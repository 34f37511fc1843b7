import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Child, childSchema } from '../../../src/domain/collections/child-fields.ts';
import { CHILDREN } from '../../../src/domain/collections/children.ts';

const FACILITY = '01890000-0000-7000-8000-00000000000a';
const CLASS = '01890000-0000-7000-8000-00000000000b';
const LEAST = { facility: FACILITY, familyName: '髙橋', birthDate: '2023-05-01' };

/** Where the schema finds something wrong, as `path: code`. */
function wrong(fields: object): readonly string[] {
  const result = childSchema.safeParse({ ...LEAST, ...fields });
  const code = (issue: { code: string; params?: Record<string, unknown> | undefined }) =>
    issue.params?.['code'] ?? issue.code;
  return result.success ? [] : result.error.issues.map((issue) => `/${issue.path.join('/')}: ${code(issue)}`);
}

test('names are kept exactly as typed, whatever their characters', () => {
  const typed = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => text.length <= 50 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && /\S/.test(text));
  fc.assert(
    fc.property(typed, typed, (familyName, givenName) => {
      const child = childSchema.parse({ ...LEAST, familyName, givenName });
      const stored = JSON.parse(JSON.stringify(child)) as Child;
      expect([stored.familyName, stored.givenName]).toEqual([familyName, givenName]);
      expect(CHILDREN.card(stored).familyName).toBe(familyName);
    }),
  );
  // Of cp932, NFC alone would change these; of names, NFKC would change all of them.
  for (const name of ['﨑', '神', 'ﾔﾏﾀﾞ', '髙', 'か\u3099', ' 空白 ', '辻\u{e0100}']) {
    expect(childSchema.parse({ ...LEAST, familyName: name }).familyName).toBe(name);
  }
});

test('control characters are refused in every line, and all but line breaks and tabs in notes', () => {
  const refused = ['\u0000', '\u001b', '\u007f', '\u0085', '\n', '\t', '\u2028'];
  for (const character of refused) {
    expect(wrong({ givenName: `花${character}子` })).toEqual(['/givenName: control-character']);
  }
  expect(wrong({ notes: '一行目\r\n二行目\t続き' })).toEqual([]);
  expect(wrong({ notes: 'あ\u0000' })).toEqual(['/notes: control-character']);
});

test('a name that shows nothing is no name', () => {
  expect(wrong({ familyName: '　 ' })).toEqual(['/familyName: blank']);
});

test('unknown fields are refused, so that no label grows by accident', () => {
  expect(wrong({ confidential: true })).toEqual(['/: unrecognized_keys']);
  expect(wrong({ guardians: [{ name: '山田 太郎', income: 1 }] })).toEqual(['/guardians/0: unrecognized_keys']);
});

test('periods come in order, do not overlap, and only the last one is open', () => {
  const spring = { from: '2024-04-01', to: '2025-03-31' };
  expect(wrong({ enrolments: [spring, { from: '2025-04-01' }] })).toEqual([]);
  expect(wrong({ enrolments: [spring, { from: '2025-03-31' }] })).toEqual(['/enrolments/1/from: periods-overlap']);
  expect(wrong({ enrolments: [{ from: '2025-04-01' }, spring] })).toEqual(['/enrolments/1/from: periods-overlap']);
  expect(wrong({ enrolments: [{ from: '2024-04-01' }, { from: '2025-04-01' }] })).toEqual([
    '/enrolments/1/from: periods-overlap',
  ]);
  expect(wrong({ enrolments: [{ from: '2024-04-02', to: '2024-04-01' }] })).toEqual([
    '/enrolments/0/to: ends-before-it-begins',
  ]);
  expect(wrong({ enrolments: [{ from: '2024-02-30' }] })).toEqual(['/enrolments/0/from: no-day']);
  expect(wrong({ classes: [{ class: CLASS, from: '2026-02-29' }] })).toEqual(['/classes/0/from: no-day']);
  expect(wrong({ classes: [{ class: CLASS, from: '2026-04-01', to: '2026-06-31' }] })).toEqual([
    '/classes/0/to: no-day',
  ]);
});

test('a stay in a class without end lasts to 31 March, so that next year can be entered beside it', () => {
  const both = [
    { class: CLASS, from: '2026-04-01' },
    { class: CLASS, from: '2027-04-01' },
  ];
  expect(wrong({ classes: both })).toEqual([]);
  expect(
    wrong({
      classes: [
        { class: CLASS, from: '2026-04-01' },
        { class: CLASS, from: '2027-03-31' },
      ],
    }),
  ).toEqual(['/classes/1/from: periods-overlap']);
  expect(wrong({ classes: [{ class: CLASS, from: '2026-10-01', to: '2027-04-01' }] })).toEqual([
    '/classes/0/to: across-school-years',
  ]);
});

test('hours belong to certifications 2 and 3 only', () => {
  const certified = (certification: string, hours: string | null) => ({
    certifications: [{ certification, hours, from: '2026-04-01' }],
  });
  expect(wrong(certified('1', null))).toEqual([]);
  expect(wrong(certified('2', 'short'))).toEqual([]);
  expect(wrong(certified('3', 'standard'))).toEqual([]);
  expect(wrong(certified('1', 'standard'))).toEqual(['/certifications/0/hours: hours-not-for-certification-1']);
  expect(wrong(certified('4', null))).toEqual(['/certifications/0/certification: invalid_value']);
});

test('temporary and anyone-may-attend use come without a class, a stay that has ended excepted', () => {
  const open = [{ class: CLASS, from: '2026-04-01' }];
  const ended = [{ class: CLASS, from: '2026-04-01', to: '2026-06-30' }];
  expect(wrong({ useKinds: ['temporary'], classes: open })).toEqual(['/classes/0: class-not-for-this-use']);
  expect(wrong({ useKinds: ['temporary', 'anyone'], classes: open })).toEqual(['/classes/0: class-not-for-this-use']);
  expect(wrong({ useKinds: ['anyone'], classes: ended })).toEqual([]);
  expect(wrong({ useKinds: ['regular', 'extended'], classes: open })).toEqual([]);
  expect(wrong({ useKinds: ['regular', 'regular'] })).toEqual(['/useKinds: given-twice']);
});

test('a record of 64 KB is the largest, whatever its single fields allow', () => {
  const phones = Array(5).fill('電'.repeat(30));
  const person = { name: '漢'.repeat(50), kana: 'か'.repeat(50), relationship: '続'.repeat(20), phones };
  const workplace = { name: '勤'.repeat(100), phone: '電'.repeat(30) };
  const contacts = Array(10).fill({ ...person, notes: '備'.repeat(200) });
  const year = (at: number) => ({ from: `${2100 + at}-04-01`, to: `${2100 + at}-04-30` });
  const most = {
    guardians: Array(6).fill({ ...person, workplace }),
    emergencyContacts: contacts,
    pickUpPersons: contacts,
    siblings: Array(10).fill({ name: '漢'.repeat(50), kana: 'か'.repeat(50), notes: '備'.repeat(200) }),
    classes: Array.from({ length: 40 }, (_, at) => ({ class: CLASS, ...year(at) })),
    certifications: Array.from({ length: 40 }, (_, at) => ({ certification: '1', ...year(at) })),
    notes: '備'.repeat(4000),
  };
  expect(wrong(most)).toEqual(['/: record-too-large']);
  expect(wrong({ ...most, notes: '' })).toEqual([]);
  expect(wrong({ notes: '備'.repeat(4001) })).toEqual(['/notes: too_big']);
});
