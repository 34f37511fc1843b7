import { finding, noValue, type Reading } from './column.ts';

/** What every damaged cell holds in some width: `#`, the E of a power of ten, a character that nobody else can show. */
const SUSPICIOUS = /[#＃﹟eEｅＥ\u{e000}-\u{f8ff}\u{f0000}-\u{10fffd}\u{fffd}]/u;

/** Excel's columns are at most 255 characters wide; what it leaves in place of a content is no longer. */
const LONGEST_OF_EXCEL = 255;

/**
 * What no column can read, whatever it is about: numbers and errors that Excel left in place of the content, and
 * characters that this machine cannot know. Undefined when the cell is sound.
 */
export function damage(cell: string): Reading<never> | undefined {
  if (!SUSPICIOUS.test(cell)) return undefined;
  const plain = cell.length > LONGEST_OF_EXCEL ? '' : cell.normalize('NFKC');
  if (/^[+-]?\d+(?:\.\d+)?E\+?\d+$/iu.test(plain)) {
    return noValue(
      finding(
        'error',
        'number-spoilt-by-excel',
        'はExcelで桁がつぶれた数字です。Excelで列の表示形式を「文字列」にして、もとの番号を入れ直してください。',
        'is a number that Excel has shortened. Set the column to "Text" in Excel and enter the number again.',
      ),
    );
  }
  if (/^#+$/u.test(plain)) {
    return noValue(
      finding(
        'error',
        'column-too-narrow',
        'は列の幅が足りずExcelが「#」で埋めたものです。Excelで列の幅を広げてから、CSVで保存し直してください。',
        'is what Excel shows when a column is too narrow. Widen the column and save the file as CSV again.',
      ),
    );
  }
  if (/^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!)$/iu.test(plain)) {
    return noValue(
      finding(
        'error',
        'formula-error',
        'はExcelの計算式のエラーです。正しい内容に書き換えてください。',
        'is the error of a formula in Excel. Please write the right content.',
      ),
    );
  }
  // The private use areas: cp932's F040 and up, where people keep characters of their own (外字), decode to U+E000 and up.
  if (/[\u{e000}-\u{f8ff}\u{f0000}-\u{10fffd}]/u.test(cell)) {
    return noValue(
      finding(
        'error',
        'own-font-character',
        'に外字（そのパソコンだけの文字）があります。ほかでは表示できないため、一般の文字に置き換えてください。',
        "holds a character of one computer's own font (gaiji), which nobody else can show. Please replace it.",
      ),
    );
  }
  if (cell.includes('\u{fffd}')) {
    return noValue(
      finding(
        'error',
        'lost-character',
        'に文字化け（�）があります。正しい文字に直してください。',
        'holds a character that was lost in an earlier conversion (�). Please correct it.',
      ),
    );
  }
  return undefined;
}
