import { expect, test } from 'vitest';
import { damage } from '../../../src/domain/csv/spoilt-cells.ts';

test.each([
  ['9.01E+09', 'number-spoilt-by-excel'],
  ['４．５Ｅ＋１０', 'number-spoilt-by-excel'],
  ['####', 'column-too-narrow'],
  ['#REF!', 'formula-error'],
  ['山\u{e000}', 'own-font-character'],
  ['山\u{fffd}', 'lost-character'],
])('%s, which Excel or an earlier conversion has spoilt, is refused with advice', (cell, code) => {
  expect(damage(cell)).toMatchObject({ findings: [{ severity: 'error', code }] });
});

test.each(['#1', 'E+9', '9.01', '山﨑', '〜'])('%s is sound', (cell) => {
  expect(damage(cell)).toBeUndefined();
});
