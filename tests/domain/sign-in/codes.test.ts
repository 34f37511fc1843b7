import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ACTIVATION_CODE_VALID_FOR,
  codeHash,
  newCode,
  newRecoveryCodes,
  normalizeCode,
  REGISTRATION_CODE_VALID_FOR,
} from '../../../src/domain/sign-in/codes.ts';

const anyCharacter = fc.integer({ min: 0, max: 0x1ffff }).map((point) => String.fromCodePoint(point));
const DAY = 86_400_000;

describe('one-time codes', () => {
  test('a code is 20 Crockford characters in groups of five', () => {
    expect(newCode()).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
  });

  test('codes use the whole alphabet and do not repeat', () => {
    const codes = Array.from({ length: 300 }, newCode);
    expect(new Set(codes).size).toBe(300);
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32);
  });

  test.each([
    ['abcde-fghjk-mnpqr-stvwx', 'ABCDEFGHJKMNPQRSTVWX'],
    ['  abcdefghjk mnpqr　stvwx ', 'ABCDEFGHJKMNPQRSTVWX'],
    ['ＡＢＣＤＥ－ＦＧＨＪＫ－ＭＮＰＱＲ－ＳＴＶＷＸ', 'ABCDEFGHJKMNPQRSTVWX'],
    ['ABCDE‐FGHJKーMNPQR–STVWX', 'ABCDEFGHJKMNPQRSTVWX'],
    ['oOiIl-Lo000-11111-22222', '00111100001111122222'],
  ])('what a person types means the code: %s', (typed, code) => {
    expect(normalizeCode(typed)).toBe(code);
  });

  test.each([
    '',
    'ABCDE',
    'ABCDE-FGHJK-MNPQR-STVW',
    'ABCDE-FGHJK-MNPQR-STVWXY',
    'UBCDE-FGHJK-MNPQR-STVWX',
    'あ'.repeat(20),
  ])('anything else is no code: %s', (typed) => {
    expect(normalizeCode(typed)).toBeUndefined();
    expect(() => codeHash(typed)).toThrow(RangeError);
  });

  test('no text makes reading a code fail, and what is read is read as itself again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: anyCharacter }), fc.stringMatching(/^[0-9a-zA-Z -]{15,30}$/)), (text) => {
        const code = normalizeCode(text);
        if (code !== undefined) expect(normalizeCode(code)).toBe(code);
      }),
    );
  });

  test('the stored hash is the same however the code was typed, and SHA-256 of the code', () => {
    expect(codeHash('abcde fghjk mnpqr stvwx')).toBe(codeHash('ABCDE-FGHJK-MNPQR-STVWX'));
    // printf ABCDEFGHJKMNPQRSTVWX | sha256sum
    expect(codeHash('ABCDEFGHJKMNPQRSTVWX')).toBe('8582f0401bebbf68f0492d9590c5b80f40e8f33a29c45cfd13e185b2eb4c0170');
  });

  test('ten recovery codes, all different', () => {
    expect(new Set(newRecoveryCodes().map(codeHash)).size).toBe(10);
    expect(newRecoveryCodes()).toHaveLength(10);
  });

  test('an activation code lives 14 days, a registration code 7', () => {
    expect([ACTIVATION_CODE_VALID_FOR, REGISTRATION_CODE_VALID_FOR]).toEqual([14 * DAY, 7 * DAY]);
  });
});
