import { expect } from 'vitest';

/** What a person reads of a start that was refused: the same sentence in Japanese and in English, and no trace of the program. */
export function startSentences(lines: readonly string[]): { readonly ja: string; readonly en: string } {
  const told = lines.filter((line) => !/^\d{4}-/.test(line));
  expect(told).toHaveLength(2);
  const [ja = '', en = ''] = told;
  expect(ja).toMatch(/[ぁ-ん]/);
  expect(en).toMatch(/^[\x20-\x7e]+$/);
  return { ja, en };
}
