import { expect, test } from 'vitest';
import { ClassNames } from '../../../src/domain/csv/class-names.ts';

const many = Array.from({ length: 20_000 }, (_, at) => ({
  ...{ id: `${at}`, name: `くみ${at % 10_000}`, schoolYear: 2026 },
  ages: at < 10_000 ? [0, 1] : [3],
}));

test('a class is found among very many without looking at each', () => {
  const classes = new ClassNames(many);
  for (const { name } of many) expect(classes.named(name, 2026)).toHaveLength(2);
  expect(classes.named('クミ 1', 2027)).toEqual([]);
});

test('a name that is of no class is told with some of the names that there are', () => {
  const { code, text } = new ClassNames(many).finding('うさぎ', 2026);
  expect([code, text.ja.length < 400]).toEqual(['no-such-class', true]);
  expect(text.ja).toContain('今あるクラス: くみ0、くみ1、');
});

test('a class is for its ages, one of the same name for its own, and any age fits where none is decided', () => {
  const classes = new ClassNames([...many, { id: 'open', name: 'にじ', schoolYear: 2026, ages: [] }]);
  expect([0, 1, 2, 3].map((age) => classes.takes('クミ1', 2026, age))).toEqual([true, true, false, true]);
  expect([classes.takes('にじ', 2026, 5), classes.takes('くみ1', 2027, 2)]).toEqual([true, true]);
});
