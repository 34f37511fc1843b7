/**
 * Names are stored exactly as typed. What is normalised are keys: computed once when a card is written, kept in it, and
 * compared as plain strings, so that a search over thousands of cards is an `includes` each.
 */

/** A person's name in its four fields; fields that are not known are empty. */
export interface PersonName {
  readonly familyName: string;
  readonly givenName: string;
  readonly familyNameKana: string;
  readonly givenNameKana: string;
}

/**
 * Characters of names that people take for the same one, by the form that a key holds. `ヶ` and `ヵ` are written for ケ and
 * カ within kanji names (鶴ヶ谷, 鶴ケ谷); they reach the table as hiragana.
 */
const VARIANTS: readonly (readonly [key: string, variants: string])[] = [
  ['高', '髙'],
  ['崎', '﨑'],
  ['斎', '斉齋齊'],
  ['辺', '邊邉'],
  ['浜', '濵濱'],
  ['沢', '澤'],
  ['広', '廣'],
  ['真', '眞'],
  ['徳', '德'],
  ['吉', '𠮷'],
  ['け', 'ゖ'],
  ['か', 'ゕ'],
];
const KEY_OF = new Map(VARIANTS.flatMap(([key, variants]) => [...variants].map((variant) => [variant, key] as const)));
const ANY_VARIANT = new RegExp(`[${[...KEY_OF.keys()].join('')}]`, 'gu');

/** Spaces of every width, and the selectors that choose a glyph without changing the character (異体字セレクタ). */
const NOT_IN_KEYS = /\s|\p{Variation_Selector}/gu;

/** The form in which texts are searched: NFKC, lower case, kana as hiragana, no spaces, variant characters unified. */
export function searchKey(text: string): string {
  return hiragana(text.normalize('NFKC').toLowerCase())
    .replace(NOT_IN_KEYS, '')
    .replace(ANY_VARIANT, (variant) => KEY_OF.get(variant) ?? variant);
}

/** What a card keeps to be found by: the whole name and the whole kana, each without a gap, on a line of its own. */
export function nameSearchKey(name: PersonName): string {
  return `${searchKey(name.familyName + name.givenName)}\n${searchKey(name.familyNameKana + name.givenNameKana)}`;
}

/**
 * Whether a `nameSearchKey` has the query as any part of name or kana. Words may stand in any order and mix kanji and
 * kana; an empty query matches everything. Prepared once per search, so that each card costs an `includes`.
 */
export function nameMatcher(query: string): (key: string) => boolean {
  const whole = searchKey(query);
  const words = query.normalize('NFKC').split(/\s+/u).map(searchKey);
  if (words.length === 1) return (key) => key.includes(whole);
  return (key) => key.includes(whole) || words.every((word) => key.includes(word));
}

/** Kana as hiragana, full width, voicing marks joined (ﾔﾏﾀﾞ, ヤマダ -> やまだ); everything else stays. */
export function kanaAsHiragana(text: string): string {
  // Most readings are so already, and a register asks for each several times.
  if (/^[ぁ-ゖ]*$/u.test(text)) return text;
  const joined = text
    .replace(/[\u{ff61}-\u{ff9f}]+/gu, (halfWidth) => halfWidth.normalize('NFKC'))
    .replace(/゛/gu, '\u{3099}')
    .replace(/゜/gu, '\u{309a}')
    .normalize('NFC');
  return hiragana(joined).replace(/(?<=[ぁ-ゖー])[-‐‑–—―−－]+/gu, (dashes) => 'ー'.repeat(dashes.length));
}

/** Whether the text is written in kana, spaces, middle dots and long marks only. */
export function isKana(text: string): boolean {
  return /^[ぁ-ゖァ-ヺー・ｦ-ﾟ\s]*$/u.test(text);
}

/**
 * A string whose order by code unit is the order of せい, then めい, as Japanese dictionaries put them (JIS X 4061): first
 * by the plain kana, a long mark read as the vowel before it and a small kana as its large one; where those are equal,
 * unvoiced before voiced before half-voiced, then long mark, small and large. Names without kana come last, by the name.
 */
export function nameSortKey(name: PersonName): string {
  const family = kanaKey(name.familyNameKana);
  const given = kanaKey(name.givenNameKana);
  const byName = `${searchKey(name.familyName)}\u0000${searchKey(name.givenName)}`;
  return `${family === EMPTY_KANA && given === EMPTY_KANA ? '\u{ffff}' : ''}${family}\u0000${given}\u0000${byName}`;
}

const EMPTY_KANA = '\u0000\u0000';
const VOWEL_ROWS: readonly (readonly [vowel: string, kana: string])[] = [
  ['あ', 'あかさたなはまやらわ'],
  ['い', 'いきしちにひみりゐ'],
  ['う', 'うくすつぬふむゆる'],
  ['え', 'えけせてねへめれゑ'],
  ['お', 'おこそとのほもよろを'],
];
const VOWEL_OF = new Map(VOWEL_ROWS.flatMap(([vowel, kana]) => [...kana].map((letter) => [letter, vowel] as const)));
const SMALL = 'ぁぃぅぇぉっゃゅょゎゕゖ';
const LARGE = 'あいうえおつやゆよわかけ';

/** Three levels of one reading, each weaker than the whole of the one before: plain kana, voicing, size. */
function kanaKey(kana: string): string {
  let plain = '';
  let voicing = '';
  let size = '';
  for (const letter of kanaInParts(kana)) {
    if (letter === '\u{3099}' || letter === '\u{309a}') {
      voicing = `${voicing.slice(0, -1)}${letter === '\u{3099}' ? '1' : '2'}`;
      continue;
    }
    const previous = plain.slice(-1);
    const small = SMALL.indexOf(letter);
    if (letter === 'ー') plain += VOWEL_OF.get(previous) ?? letter;
    else if (letter === 'ゝ') plain += previous === '' ? letter : previous;
    else plain += small === -1 ? letter : LARGE.charAt(small);
    voicing += '0';
    size += letter === 'ー' ? '0' : small === -1 ? '2' : '1';
  }
  return `${plain}\u0000${voicing}\u0000${size}`;
}

/** Hiragana with the voicing marks as characters of their own. */
function kanaInParts(kana: string): string {
  return kanaAsHiragana(kana.toLowerCase()).replace(NOT_IN_KEYS, '').replace(/・/gu, '').normalize('NFD');
}

/** U+30A1 to U+30F6 and the iteration marks lie exactly 0x60 above their hiragana. */
function hiragana(text: string): string {
  return text.replace(/[ァ-ヶヽヾ]/gu, (katakana) => String.fromCharCode(katakana.charCodeAt(0) - 0x60));
}
