import { expect, test } from 'vitest';
import { ignoredOfChildren } from '../../../src/domain/csv/ignored-columns.ts';

test.each(['アレルギー', 'ｱﾚﾙｷﾞｰ有無', '既往歴', '平熱', 'かかりつけ医', '障がいの有無'])(
  '%s is told as a column of health',
  (header) => {
    expect(ignoredOfChildren({ header, reason: 'unknown' }).reason).toBe('health');
  },
);

test('any other column keeps its reason, and every reason says what to do', () => {
  for (const reason of ['unknown', 'repeated', 'no-header'] as const) {
    const told = ignoredOfChildren({ header: '好きな色', reason });
    expect(told).toMatchObject({
      reason,
      text: { ja: expect.stringContaining('取り込みません'), en: expect.any(String) },
    });
  }
});
