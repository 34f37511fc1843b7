import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { displayNameInput, loginIdInput, passwordInput } from '../../../src/domain/sign-in/account-input.ts';

describe('what people enter for an account', () => {
  test.each([
    ['Hanako.Yamada@Example.jp', 'hanako.yamada@example.jp'],
    [' hanako_1 ', 'hanako_1'],
    ['ｈａｎａｋｏ－１', 'hanako-1'],
    ['a1-', 'a1-'],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('the account ID %s is stored and looked up as %s', (typed, stored) => {
    expect(loginIdInput.parse(typed)).toBe(stored);
  });

  test.each(['', 'ab', 'x'.repeat(65), '花子です', 'a b c', 'abc/def', 'ab\nc', 'abc\u0000', 7, null])(
    'refused as an account ID: %s',
    (typed) => {
      expect(loginIdInput.safeParse(typed).success).toBe(false);
    },
  );

  test('a name is kept as typed but for spaces around it, up to 60 code points', () => {
    expect(displayNameInput.parse('　髙橋 ﾊﾅｺ ')).toBe('髙橋 ﾊﾅｺ');
    expect(displayNameInput.parse('か\u3099')).toBe('か\u3099');
    expect(displayNameInput.parse('𠮷'.repeat(60))).toHaveLength(120);
  });

  test.each(['', '   ', '𠮷'.repeat(61), '山田\n花子', '山田\u202e花子', '山田\ud842', 'a\u0000b'])(
    'refused as a name: %j',
    (typed) => {
      expect(displayNameInput.safeParse(typed).success).toBe(false);
    },
  );

  test('a refusal says in both languages what to enter', () => {
    for (const [schema, typed] of [
      [loginIdInput, '?'],
      [displayNameInput, ''],
    ] as const) {
      const issue = schema.safeParse(typed).error?.issues[0];
      expect(issue).toMatchObject({
        code: 'custom',
        params: { text: { ja: expect.stringMatching(/ください/), en: expect.stringMatching(/Enter/) } },
      });
    }
  });

  test('a password is bounded before the rule sees it, longer than the rule accepts', () => {
    expect(passwordInput.safeParse('x'.repeat(1024)).success).toBe(true);
    expect(passwordInput.safeParse('x'.repeat(1025)).success).toBe(false);
  });

  test('the schemas can be published with their bounds', () => {
    expect(z.toJSONSchema(loginIdInput, { io: 'input' })).toMatchObject({
      type: 'string',
      minLength: 3,
      maxLength: 64,
    });
    expect(z.toJSONSchema(displayNameInput, { io: 'input' })).toMatchObject({
      type: 'string',
      minLength: 1,
      maxLength: 60,
    });
  });
});
