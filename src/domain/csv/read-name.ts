import { isKana, kanaAsHiragana } from '../names.ts';
import { type Finding, finding, noValue, type Reading, value } from './column.ts';

export interface SplitName {
  readonly family: string;
  readonly given: string;
}

/** A whole name in one cell, split at its space and otherwise as typed; without a clear space the row is asked about. */
export function readFullName(cell: string): Reading<SplitName> {
  const { bare, findings } = honorific(cell);
  const split = splitAtSpace(bare);
  if (split === undefined) return noValue(...findings, notSplit(bare));
  return value({ family: split.family, given: split.given + cell.slice(bare.length) }, ...findings);
}

/** The same for kana, which come out as full-width hiragana. */
export function readFullKana(cell: string): Reading<SplitName> {
  const { value: name, findings } = readFullName(kanaAsHiragana(cell));
  return { ...(name === undefined ? {} : { value: name }), findings: [...findings, ...notKana(cell)] };
}

/** One part of a name, or a guardian's whole name: as typed; 様, ちゃん and 君 are proposed to be taken off. */
export function readName(cell: string): Reading<string> {
  return value(cell, ...honorific(cell).findings);
}

/** One part of a name in kana, as full-width hiragana. */
export function readKana(cell: string): Reading<string> {
  const kana = kanaAsHiragana(cell);
  return value(kana, ...honorific(kana).findings, ...notKana(cell));
}

/**
 * Splits at the only run of spaces, of whatever width. Where there are more, at the only full-width space: スミス　ジョン ポール.
 */
function splitAtSpace(cell: string): SplitName | undefined {
  const parts = cell.split(/\s+/u);
  const wide = cell.split(/\u{3000}+/u);
  const [family, given] = parts.length === 2 ? parts : wide.length === 2 ? wide.map((part) => part.trim()) : [];
  return family === undefined || given === undefined || given === '' ? undefined : { family, given };
}

function notSplit(cell: string): Finding {
  return /\s/u.test(cell)
    ? finding(
        'question',
        'name-in-several-parts',
        'は空白が2つ以上あり、どこまでが姓か分かりません。姓と名の間だけを全角の空白にするか、姓と名を別の列に分けてください。',
        'has more than one space, so it is not clear where the family name ends. Use one full-width space there, or two columns.',
      )
    : finding(
        'question',
        'name-without-space',
        'は姓と名の区切りが分かりません。間に空白を入れるか、姓と名を別の列に分けてください。',
        'does not show where the family name ends. Put a space there, or use two columns.',
      );
}

function honorific(cell: string): { readonly bare: string; readonly findings: readonly Finding[] } {
  const ending = /^(?<bare>.*\S)\s*(?:様|ちゃん|君|くん)$/su.exec(cell)?.groups?.['bare'];
  if (ending === undefined) return { bare: cell, findings: [] };
  return {
    bare: ending,
    findings: [
      finding(
        'warning',
        'honorific',
        `の終わりの敬称は名前に含めないことをおすすめします。「${ending}」としてよろしいですか。`,
        `ends with a form of address. “${ending}” is proposed.`,
        ending,
      ),
    ],
  };
}

function notKana(cell: string): readonly Finding[] {
  if (isKana(kanaAsHiragana(cell))) return [];
  return [
    finding(
      'warning',
      'not-kana',
      'にひらがな・カタカナ以外の文字があります。ふりがなの列で合っているかご確認ください。',
      'holds characters that are not kana. Please check whether this is the column of readings.',
    ),
  ];
}
