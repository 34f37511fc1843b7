import { expect, test } from 'vitest';
import { type BodyPart, mergedBody } from '../../../src/domain/csv/merge-body.ts';

const body: BodyPart = {
  ...{ nickname: '', postalCode: '', address: '東京都', phone: '03-1', notes: '' },
  guardians: [
    {
      name: '山田　太郎',
      kana: 'ヤマダタロウ',
      relationship: '父',
      phones: ['090-1', '03-2'],
      workplace: { name: '会社', phone: '' },
    },
  ],
};

test('guardians are told by name: new ones come last, nobody and no number is lost, new numbers are called first', () => {
  const told = [
    { name: '山田 太郎', phones: ['080-9'] },
    { name: '山田 良子', relationship: '母', phones: [] },
  ];
  expect(mergedBody(body, { guardians: told }).guardians).toEqual([
    { ...body.guardians[0], phones: ['080-9', '090-1', '03-2'] },
    { name: '山田 良子', kana: '', relationship: '母', phones: [], workplace: null },
  ]);
});

test('what is known already changes nothing, whatever its form', () => {
  const told = [{ name: '山田太郎', kana: 'やまだたろう', phones: ['03-2', '０９０-１'] }];
  expect(mergedBody(body, { guardians: told })).toEqual(body);
});

test('very many guardians in one row are each looked up once', () => {
  const told = Array.from({ length: 50_000 }, (_, at) => ({ name: `太郎${at}`, phones: ['03-1'] }));
  expect(mergedBody(body, { guardians: [...told, ...told] }).guardians).toHaveLength(50_001);
});
