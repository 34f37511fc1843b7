import type { Text } from '../../model/failure.ts';
import type { CERTIFICATION_HOURS, CERTIFICATIONS, Child, SEXES, USE_KINDS } from './child-fields.ts';

const from: Text = { ja: '始まりの日', en: 'From' };
const to: Text = { ja: '終わりの日', en: 'Until' };
const name: Text = { ja: '氏名', en: 'Name' };
const kana: Text = { ja: 'ふりがな', en: 'Name in kana' };
const relationship: Text = { ja: '続柄', en: 'Relationship' };
const phones: Text = { ja: '電話番号（かける順）', en: 'Phones in calling order' };
const notes: Text = { ja: '備考', en: 'Notes' };

/** Every field of a child's record by its path, in the words of staff. */
export const CHILD_LABELS: Readonly<Record<keyof Child, Text>> & Readonly<Record<string, Text>> = {
  facility: { ja: '園', en: 'Facility' },
  familyName: { ja: '姓', en: 'Family name' },
  givenName: { ja: '名', en: 'Given name' },
  familyNameKana: { ja: 'せい', en: 'Family name in kana' },
  givenNameKana: { ja: 'めい', en: 'Given name in kana' },
  nickname: { ja: '愛称', en: 'Nickname' },
  number: { ja: '園児番号', en: 'Child number' },
  birthDate: { ja: '生年月日', en: 'Birth date' },
  sex: { ja: '性別', en: 'Sex' },
  useKinds: { ja: '利用区分', en: 'Kinds of use' },
  enrolments: { ja: '在園期間', en: 'Enrolments' },
  'enrolments.from': { ja: '入園日', en: 'Enrolled on' },
  'enrolments.to': { ja: '退園日', en: 'Left on' },
  classes: { ja: 'クラス', en: 'Classes' },
  'classes.class': { ja: 'クラス', en: 'Class' },
  'classes.order': { ja: '名簿の順', en: 'Order in the class' },
  'classes.from': from,
  'classes.to': to,
  certifications: { ja: '認定', en: 'Certifications' },
  'certifications.certification': { ja: '認定区分', en: 'Certification' },
  'certifications.hours': { ja: '保育必要量', en: 'Certified hours' },
  'certifications.from': from,
  'certifications.to': to,
  postalCode: { ja: '郵便番号', en: 'Postal code' },
  address: { ja: '住所', en: 'Address' },
  phone: { ja: '電話番号', en: 'Phone' },
  guardians: { ja: '保護者', en: 'Guardians' },
  'guardians.name': name,
  'guardians.kana': kana,
  'guardians.relationship': relationship,
  'guardians.phones': phones,
  'guardians.workplace': { ja: '勤務先', en: 'Workplace' },
  'guardians.workplace.name': { ja: '勤務先の名称', en: 'Name of the workplace' },
  'guardians.workplace.phone': { ja: '勤務先の電話番号', en: 'Phone of the workplace' },
  emergencyContacts: { ja: '緊急連絡先', en: 'Emergency contacts' },
  'emergencyContacts.name': name,
  'emergencyContacts.kana': kana,
  'emergencyContacts.relationship': relationship,
  'emergencyContacts.phones': phones,
  'emergencyContacts.notes': notes,
  pickUpPersons: { ja: '送迎者', en: 'Who may pick up' },
  'pickUpPersons.name': name,
  'pickUpPersons.kana': kana,
  'pickUpPersons.relationship': relationship,
  'pickUpPersons.phones': phones,
  'pickUpPersons.notes': notes,
  siblings: { ja: 'きょうだい', en: 'Siblings' },
  'siblings.name': name,
  'siblings.kana': kana,
  'siblings.birthDate': { ja: '生年月日', en: 'Birth date' },
  'siblings.notes': notes,
  notes,
};

const SEX_LABELS: Readonly<Record<(typeof SEXES)[number], Text>> = {
  male: { ja: '男', en: 'Male' },
  female: { ja: '女', en: 'Female' },
  unspecified: { ja: '未記入', en: 'Not specified' },
};
const USE_KIND_LABELS: Readonly<Record<(typeof USE_KINDS)[number], Text>> = {
  regular: { ja: '通常', en: 'Regular' },
  temporary: { ja: '一時預かり', en: 'Temporary care' },
  anyone: { ja: '誰でも通園', en: 'Anyone may attend' },
  extended: { ja: '延長', en: 'Extended hours' },
};
const CERTIFICATION_LABELS: Readonly<Record<(typeof CERTIFICATIONS)[number], Text>> = {
  '1': { ja: '1号', en: 'Certification 1 (education, ages 3 to 5)' },
  '2': { ja: '2号', en: 'Certification 2 (care, ages 3 to 5)' },
  '3': { ja: '3号', en: 'Certification 3 (care, ages 0 to 2)' },
};
const HOURS_LABELS: Readonly<Record<(typeof CERTIFICATION_HOURS)[number], Text>> = {
  standard: { ja: '標準時間', en: 'Standard hours' },
  short: { ja: '短時間', en: 'Short hours' },
};

/** The values of the fields that are a choice, in the words of staff. */
export const CHILD_WORDS = {
  sex: SEX_LABELS,
  useKinds: USE_KIND_LABELS,
  'certifications.certification': CERTIFICATION_LABELS,
  'certifications.hours': HOURS_LABELS,
};
