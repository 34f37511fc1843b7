import * as z from 'zod';
import type { Text } from '../../model/failure.ts';
import { internalKind } from '../kind.ts';
import { type Collection, sortable } from './collection.ts';
import { filledLine, line, phone, position, postalCode } from './field-schemas.ts';
import { OPEN_END } from './periods.ts';

/** What kind of facility: nursery, kindergarten, certified centre (認定こども園), small-scale care, other. */
export const FACILITY_TYPES = ['nursery', 'kindergarten', 'certified-centre', 'small-scale', 'other'] as const;
export type FacilityType = (typeof FACILITY_TYPES)[number];

const FACILITY_TYPE_LABELS: Readonly<Record<FacilityType, Text>> = {
  nursery: { ja: '保育所', en: 'Nursery' },
  kindergarten: { ja: '幼稚園', en: 'Kindergarten' },
  'certified-centre': { ja: '認定こども園', en: 'Certified centre for early childhood' },
  'small-scale': { ja: '小規模保育', en: 'Small-scale care' },
  other: { ja: 'その他', en: 'Other' },
};

const schema = z
  .strictObject({
    name: filledLine(100),
    nameKana: line(100).default(''),
    type: z.enum(FACILITY_TYPES),
    postalCode: postalCode.default(''),
    address: line(300).default(''),
    phone: phone.default(''),
    order: position.default(0),
  })
  .meta({ id: 'FacilityFields' });

export type Facility = z.output<typeof schema>;
type FacilityCard = Pick<Facility, 'name' | 'nameKana' | 'type' | 'order'>;

/** 園. Closed with its last day, never deleted: children, versions and events go on naming it. */
export const FACILITIES: Collection<Facility, FacilityCard> = {
  kind: internalKind<FacilityCard, Facility>('facility'),
  path: '/facilities',
  names: { one: 'Facility', many: 'Facilities' },
  label: { ja: '園', en: 'Facility' },
  labels: {
    name: { ja: '園名', en: 'Name' },
    nameKana: { ja: '園名（かな）', en: 'Name in kana' },
    type: { ja: '種別', en: 'Type' },
    postalCode: { ja: '郵便番号', en: 'Postal code' },
    address: { ja: '住所', en: 'Address' },
    phone: { ja: '電話番号', en: 'Phone' },
    order: { ja: '並び順', en: 'Order' },
  },
  words: { type: FACILITY_TYPE_LABELS },
  reading: 'any',
  writing: { area: 'settings', createIn: 'tenant' },
  schema,
  shownSchema: schema.pick({ name: true, nameKana: true, type: true, order: true }),
  shown: (card) => card,
  card: ({ name, nameKana, type, order }) => ({ name, nameKana, type, order }),
  index: (id) => ({ facility: id, day: OPEN_END }),
  fixed: [],
  references: () => [],
  unique: () => undefined,
  uniqueFailure: undefined,
  limit: undefined,
  ends: 'closed',
  keptOpenBy: [
    {
      kind: 'child',
      text: {
        ja: 'その日より後も在園する園児がいるため、園を閉じられません。先に退園日を入れるか、別の園へ移してください。',
        en: 'Children are enrolled here beyond that day. Enter the day on which they leave, or move them, first.',
      },
    },
  ],
  filters: {},
  listed: () => true,
  sorts: { order: { key: ({ order, nameKana, name }) => `${sortable(order)}\u0000${nameKana}\u0000${name}` } },
  backedUp: true,
};
