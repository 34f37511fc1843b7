import { civilDay, schoolYear } from '../../src/domain/calendar.ts';
import { type Child, childSchema } from '../../src/domain/collections/child-fields.ts';
import { CLASSES } from '../../src/domain/collections/classes.ts';
import { FACILITIES, type Facility } from '../../src/domain/collections/facilities.ts';
import { FAMILY_NAMES, FATHERS, GIRLS, type ReadName } from '../../src/local-host/demo/names.ts';

/** The present school year. */
export const YEAR = schoolYear(civilDay(Date.now()));

/** A name that nobody but the last child of a tenant has: who finds it has looked at all. */
export const RARE_NAME: ReadName = { name: '四月一日', kana: 'わたぬき' };

/** Every facility's only class. */
export const CLASS_NAME = 'ひよこ組';

export function facilityFields(at: number): Facility {
  return FACILITIES.schema.parse({ name: `第${at + 1}保育園`, type: 'nursery' });
}

export function classFields(facility: string) {
  return CLASSES.schema.parse({ facility, schoolYear: YEAR, name: CLASS_NAME, ages: [0, 1, 2, 3, 4, 5] });
}

/** An enrolled child with as much in the record as a usual registration form asks for: 1 KB. */
export function childFields(facility: string, schoolClass: string, nth: number, rare: boolean): Child {
  const family = rare ? RARE_NAME : pick(FAMILY_NAMES, nth);
  const given = pick(GIRLS, Math.floor(nth / FAMILY_NAMES.length));
  const parent = pick(FATHERS, nth);
  const phones = ['090-0000-1234'];
  return childSchema.parse({
    facility,
    familyName: family.name,
    givenName: given.name,
    familyNameKana: family.kana,
    givenNameKana: given.kana,
    number: String(nth + 1),
    birthDate: `${YEAR - 3}-05-${String((nth % 28) + 1).padStart(2, '0')}`,
    sex: 'female',
    enrolments: [{ from: `${YEAR - 1}-04-01` }],
    classes: [{ class: schoolClass, from: `${YEAR}-04-01` }],
    certifications: [{ certification: '2', hours: 'standard', from: `${YEAR - 1}-04-01` }],
    postalCode: '100-0000',
    address: `東京都見本区桜町${(nth % 9) + 1}-2-3`,
    phone: '03-0000-0001',
    guardians: [
      { name: `${family.name}　${parent.name}`, kana: `${family.kana}　${parent.kana}`, relationship: '父', phones },
    ],
    emergencyContacts: [{ name: `${family.name}　祖母`, relationship: '祖母', phones }],
    notes: 'アレルギーはありません。お迎えは祖母が来ることがあります。',
  });
}

function pick(names: readonly ReadName[], nth: number): ReadName {
  const name = names[nth % names.length];
  if (name === undefined) throw new RangeError('there are no names');
  return name;
}
