import { type Finding, finding, noValue, type Reading, value } from './column.ts';

/**
 * One or more phone numbers of a cell, half width, separated in the cell by line breaks, commas or slashes. Remarks beside
 * a number stay. Warned about, and kept as written: a number that lost its leading 0, and what does not look like one.
 */
export function readPhones(cell: string): Reading<readonly string[]> {
  const phones = cell
    .normalize('NFKC')
    .split(/[\r\n、,;/]/u)
    .map(tidied)
    .filter((phone) => phone !== '');
  const findings: Finding[] = [];
  if (phones.some(hasLostZero)) {
    const proposal = phones.map((phone) => (hasLostZero(phone) ? `0${phone}` : phone)).join('、');
    findings.push(
      finding(
        'warning',
        'lost-leading-zero',
        `は先頭の0が消えているようです。「${proposal}」としてよろしいですか。`,
        `seems to have lost its leading 0. “${proposal}” is proposed.`,
        proposal,
      ),
    );
  } else if (!phones.every(isUsual)) {
    findings.push(
      finding(
        'warning',
        'unusual-phone',
        'は電話番号の桁数（0から始まる10けたか11けた）と違います。書かれたとおりに取り込みます。ご確認ください。',
        'is not a number of 10 or 11 digits that begins with 0. It is taken in as written; please check it.',
      ),
    );
  }
  return value(phones, ...findings);
}

function tidied(phone: string): string {
  return phone
    .trim()
    .replace(/(?<=\d)\s*[-‐‑–—―−ー]\s*(?=\d)/gu, '-')
    .replace(/(?<=\d)\s+(?=\d)/gu, '-')
    .replace(/\((\d+)\)-?/gu, '-$1-')
    .replace(/^-/u, '');
}

/** Numbers in Japan have 10 digits, or 11 from 050, 060, 070, 080 and 090 on (Ministry of Internal Affairs' numbering plan). */
function isUsual(phone: string): boolean {
  return /^(?:0[1-9]\d{8}|0[5-9]0\d{8}|\+81\d{9,10})$/u.test(digits(phone));
}

function hasLostZero(phone: string): boolean {
  return /^(?:[1-9]\d{8}|[5-9]0\d{8})$/u.test(digits(phone));
}

function digits(phone: string): string {
  return phone.replace(/[^\d+]/gu, '');
}

/** A postal code as `150-0001`, whether it had 〒, a hyphen or full width. One that lost its leading 0 is asked about. */
export function readPostalCode(cell: string): Reading<string> {
  const plain = cell.normalize('NFKC').replace(/[〒\s]/gu, '');
  const code = plain.replace(/[-‐‑–—―−ー]/gu, '');
  if (/^\d{7}$/u.test(code)) return value(hyphened(code));
  if (/^\d{5,6}$/u.test(plain)) {
    const proposal = hyphened(code.padStart(7, '0'));
    return noValue(
      finding(
        'question',
        'lost-leading-zero',
        `は先頭の0が消えているようです。「${proposal}」としてよろしいですか。`,
        `seems to have lost its leading 0. “${proposal}” is proposed.`,
        proposal,
      ),
    );
  }
  return noValue(
    finding(
      'error',
      'no-postal-code',
      'は郵便番号として読み取れません。150-0001 のように7けたで書いてください。',
      'cannot be read as a postal code. Write seven digits, as in 150-0001.',
    ),
  );
}

function hyphened(code: string): string {
  return `${code.slice(0, 3)}-${code.slice(3)}`;
}
