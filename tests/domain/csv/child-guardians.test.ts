import { expect, test } from 'vitest';
import { contactsOf } from '../../../src/domain/csv/child-guardians.ts';

test('the same name told twice is one guardian, with what either column says', () => {
  const { guardians } = contactsOf({
    guardianName: ['山田 太郎', '山田　太郎'],
    guardianKana: [undefined, 'やまだ たろう'],
    guardianPhone: [['090-1'], ['03-2', '090-1']],
    father: ['山田太郎'],
  });
  expect(guardians).toEqual([
    { name: '山田 太郎', kana: 'やまだ たろう', relationship: '父', phones: ['090-1', '03-2'] },
  ]);
});

test('very many columns of guardians and phones in one row are each looked at once', () => {
  const guardianName = Array.from({ length: 50_000 }, (_, at) => `太郎${at % 25_000}`);
  const guardianPhone = guardianName.map((_, at) => [`090-${at}`, `03-${at}`]);
  const { guardians } = contactsOf({ guardianName, guardianPhone });
  expect([guardians.length, guardians[0]?.phones]).toEqual([25_000, ['090-0', '03-0', '090-25000', '03-25000']]);
});
