import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { eraDate } from '../../../src/domain/calendar.ts';
import { readDate } from '../../../src/domain/csv/read-date.ts';

test.each([
  ['2021/4/1', '2021-04-01'],
  ['2021-04-01', '2021-04-01'],
  ['2021.4.1', '2021-04-01'],
  ['20210401', '2021-04-01'],
  ['2021年4月1日', '2021-04-01'],
  ['令和3年4月1日', '2021-04-01'],
  ['R3.4.1', '2021-04-01'],
  ['r3/4/1', '2021-04-01'],
  ['Ｒ３．４．１', '2021-04-01'],
  ['令3.4.1', '2021-04-01'],
  ['令和元年5月1日', '2019-05-01'],
  ['H31.4.30', '2019-04-30'],
  ['平成31年4月30日', '2019-04-30'],
  ['S63.1.7', '1988-01-07'],
  ['45748', '2025-04-01'],
  ['45748.5', '2025-04-01'],
  ['2021/4/1 0:00:00', '2021-04-01'],
  ['2021/4/1(木)', '2021-04-01'],
  ['令和 3 年 4 月 1 日生', '2021-04-01'],
])('%s is read as %s', (cell, day) => {
  expect(readDate(cell)).toEqual({ value: day, findings: [] });
});

test.each(['平成31年5月1日', 'H32.4.1', 'S64.1.8'])('%s lies outside its era: it is read and warned about', (cell) => {
  const { value, findings } = readDate(cell);
  expect(value).toBeDefined();
  expect(findings).toMatchObject([{ severity: 'warning', code: 'outside-era' }]);
});

test.each([
  ['4月1日', 'no-year'],
  ['4/1', 'no-year'],
  ['1-Apr', 'no-year'],
  ['21/4/1', 'two-digit-year'],
  ['210401', 'two-digit-year'],
  ["'21.4.1", 'two-digit-year'],
  ['4/1/2021', 'year-last'],
  ['2021年4月', 'no-day'],
  ['R3.4', 'no-day'],
  ['2021/2/29', 'no-such-day'],
  ['2021/13/1', 'no-such-day'],
  ['1021/4/1', 'no-such-day'],
  ['令和0年4月1日', 'no-date'],
  ['不明', 'no-date'],
])('%s is refused with advice: %s', (cell, code) => {
  expect(readDate(cell)).toMatchObject({ findings: [{ severity: 'error', code }] });
  expect(readDate(cell).value).toBeUndefined();
});

const day = fc
  .integer({ min: Date.UTC(1927, 0, 1) / 86_400_000, max: Date.UTC(2100, 0, 1) / 86_400_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));

test('every day comes back from each form in which it is written', () => {
  fc.assert(
    fc.property(day, (written) => {
      const [year = '', month = '', ofMonth = ''] = written.split('-');
      const serial = Math.round((Date.parse(written) - Date.UTC(1899, 11, 30)) / 86_400_000);
      const forms = [written, `${year}/${Number(month)}/${Number(ofMonth)}`, year + month + ofMonth, eraDate(written)];
      if (serial >= 10_000) forms.push(String(serial));
      for (const form of forms) expect(readDate(form)).toEqual({ value: written, findings: [] });
    }),
  );
});

test('whatever a cell holds, reading it gives a day or a finding and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789/.-年月日令和平成昭HRS元 T:') }), (cell) => {
      const { value, findings } = readDate(cell);
      expect(value !== undefined || findings.length > 0).toBe(true);
    }),
  );
});
