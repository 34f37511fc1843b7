import { COMMON_PHRASES, WALKS } from './password-blocklist.ts';

/** Why a part of a password is worth nothing to whoever guards it. */
export type Predictable = 'context' | 'year' | 'common' | 'repeat';

/** What is left after each kind of predictable part was taken away, in this order: code points. */
export type Remainders = readonly (readonly [Predictable, number])[];

const SHORTEST_WALK = 4;
const SHORTEST_REPEAT = 3;
/** Years 1900 to 2099, with month and day when they follow; years of Japanese eras. */
const YEARS =
  /(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?|(?:明治|大正|昭和|平成|令和|meiji|taishou?|shou?wa|heisei|reiwa)(?:元|\d{1,2})?年?/gu;
/** Stands where something was taken away, so that its neighbours do not become one word. */
const GAP = '\0';

const LETTERS_MEANT: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'l',
  '|': 'l',
  '+': 't',
  '(': 'c',
  i: 'l',
};

let known: { readonly phrases: readonly string[]; readonly walks: readonly string[] } | undefined;

/** What everybody knows, in the form in which it is compared. Made for the first new password: no start waits for it. */
function commonlyKnown() {
  known ??= {
    phrases: COMMON_PHRASES.map((phrase) => lettersMeant(folded(phrase))),
    walks: WALKS.map(folded).flatMap((walk) => [walk, [...walk].reverse().join('')]),
  };
  return known;
}

/**
 * How much of a password is left after words of the context, years, common phrases with keyboard walks, and repeats
 * are taken away, one after another. Width, case, spaces, hyphens and katakana or hiragana do not count.
 */
export function remaindersOf(password: string, context: readonly string[]): Remainders {
  const plain = folded(password);
  const contextFree = without(plain, wordsOf(context));
  const yearFree = contextFree.replace(YEARS, (year) => GAP.repeat(year.length));
  const common = withoutWalks(without(yearFree, commonlyKnown().phrases));
  return [
    ['context', codePoints(contextFree)],
    ['year', codePoints(yearFree)],
    ['common', codePoints(common)],
    ['repeat', codePoints(withoutRepeats(common))],
  ];
}

/** One form for what people take for the same text. Steps after it keep every position where it is. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Pd}_.,・'\0]/gu, '')
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

/** Signs and digits read as the letters that they often stand for, one for one; applied to both sides of a comparison. */
function lettersMeant(text: string): string {
  return text.replace(/[0-9@$!|+(i]/g, (character) => LETTERS_MEANT[character] ?? character);
}

/** The context's texts and the words in them: from three Latin letters or digits, two of other scripts. Longest first. */
function wordsOf(context: readonly string[]): readonly string[] {
  const words = context.flatMap((text) => [
    folded(text),
    ...(
      text.normalize('NFKC').match(/\p{sc=Han}+|[\p{sc=Hiragana}ー]+|[\p{sc=Katakana}ー]+|[A-Za-z]+|\d+/gu) ?? []
    ).map(folded),
  ]);
  return [...new Set(words)]
    .filter((word) => word.length >= (/^[!-~]+$/.test(word) ? 3 : 2))
    .sort((a, b) => b.length - a.length)
    .map(lettersMeant);
}

function without(text: string, words: readonly string[]): string {
  let left = text;
  let meant = lettersMeant(text);
  for (const word of words) {
    for (let at = meant.indexOf(word); at >= 0; at = meant.indexOf(word, at)) {
      left = gapped(left, at, word.length);
      meant = gapped(meant, at, word.length);
    }
  }
  return left;
}

function withoutWalks(text: string): string {
  let left = text;
  for (let at = 0; at < text.length; at += 1) {
    let length = 0;
    while (at + length < text.length && isWalk(text.slice(at, at + length + 1))) length += 1;
    if (length < SHORTEST_WALK) continue;
    left = gapped(left, at, length);
    at += length - 1;
  }
  return left;
}

function isWalk(piece: string): boolean {
  return commonlyKnown().walks.some((walk) => walk.includes(piece));
}

/** Takes away what was there before: the same character again, or three and more that stood together earlier. */
function withoutRepeats(text: string): string {
  let left = text;
  for (let at = 1; at < text.length; ) {
    let length = 0;
    // A repeat may overlap what it repeats: `abcabcabc` is `abc` and a repeat of six.
    while (
      at + length < text.length &&
      text[at + length] !== GAP &&
      text.indexOf(text.slice(at, at + length + 1)) < at
    ) {
      length += 1;
    }
    const taken = length >= SHORTEST_REPEAT ? length : text[at] === text[at - 1] ? 1 : 0;
    left = gapped(left, at, taken);
    at += Math.max(taken, 1);
  }
  return left;
}

function gapped(text: string, at: number, length: number): string {
  return text.slice(0, at) + GAP.repeat(length) + text.slice(at + length);
}

function codePoints(text: string): number {
  return [...text.replaceAll(GAP, '')].length;
}
