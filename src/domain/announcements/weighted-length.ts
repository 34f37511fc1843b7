/** The most that a post on X may weigh, and what any link in it weighs. Source: twitter-text, config/v3.json. */
export const POST_MAX = 280;
export const LINK_WEIGHT = 23;

/** Code points that weigh 1; all others weigh 2. Source: twitter-text, config/v3.json. */
const LIGHT: readonly (readonly [from: number, to: number])[] = [
  [0x0000, 0x10ff],
  [0x2000, 0x200d],
  [0x2010, 0x201f],
  [0x2032, 0x2037],
];

/** A dot that could stand before the last part of a domain: no link is without one. */
const DOT_OF_DOMAIN = /\.(?=\p{L}[\p{L}\p{M}])/gu;

/**
 * What a text weighs on X at most. Code points are weighed after NFC. X weighs an emoji made of several code points as one,
 * and only it knows which words are links; here each code point weighs, and each dot that may belong to a link weighs a
 * link besides. So a text that fits by this count fits on X.
 */
export function weightedLength(text: string): number {
  const normal = text.normalize('NFC');
  let weight = LINK_WEIGHT * [...normal.matchAll(DOT_OF_DOMAIN)].length;
  for (const character of normal) {
    const point = character.codePointAt(0) ?? 0;
    weight += LIGHT.some(([from, to]) => point >= from && point <= to) ? 1 : 2;
  }
  return weight;
}
