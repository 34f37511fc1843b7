import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PasswordContext, passwordProblem, preparedPassword } from '../../../src/domain/sign-in/password-rule.ts';

const context: PasswordContext = {
  tenantId: 'sakura-kai',
  tenantName: '社会福祉法人さくら会',
  loginId: 'mizushima.keiko@example.jp',
  displayName: '水島 けいこ',
  serviceName: 'LeySerKids',
};
/** Any character, and now and then half a one. */
const anyCharacter = fc.integer({ min: 1, max: 0x1ffff }).map((point) => String.fromCodePoint(point));
const text = fc.string({ unit: anyCharacter, maxLength: 130 });
const codeOf = (password: string) => passwordProblem(password, context)?.code;

describe('the password rule of NIST SP 800-63B-4', () => {
  test.each([
    'plank gravel otter tuesday',
    'banana horse coffee orange',
    'Xk9#mQ2v!Lw7$Rt',
    '雨の日はかさを三本もって駅まで走る',
    'みどりのかばんと長いはしご三脚',
    'ねこのひげがゆれる窓ぎわの午後三時',
    '       quiet  lamp  over  rivers ',
    '🎈🚂🌵🧭🎻🍯🪁🛶🧩🔭🪴🦉🧵🎲🫖',
    'mizushima velvet compass ladder',
    'correct hamster battery lampshade',
  ])('an honest long password is taken, whatever its characters: %s', (password) => {
    expect(codeOf(password)).toBeUndefined();
  });

  test('15 to 128 code points, counted before NFKC and after', () => {
    const letters = [
      ...'khwvzjxqpmtbgfdnrlsyceoaui漢字仮名交文章例題練習問答案内容量子力学校庭園芸術館長期間隔週刊誌面積木材料理科目次第一回転居住宅地図書',
    ];
    const long = Array.from({ length: 130 }, (_, i) => letters[(i * 7) % letters.length]).join('');
    const of = (length: number) => [...long].slice(0, length).join('');
    expect(codeOf(of(14))).toBe('password-too-short');
    expect(codeOf(of(15))).toBeUndefined();
    expect(codeOf(of(128))).toBeUndefined();
    expect(codeOf(of(129))).toBe('password-too-long');
    // か and a combining voiced mark become one が: 15 before, 14 after.
    expect(codeOf(`${of(13)}か\u3099`)).toBe('password-too-short');
    // U+FDFA alone becomes 18 code points: 113 before, 130 after.
    expect(codeOf(`${of(112)}\uFDFA`)).toBe('password-too-long');
    // 14 before, 31 after: width must not lend length.
    expect(codeOf(`${of(13)}\uFDFA`)).toBe('password-too-short');
    expect(codeOf('🎻'.repeat(14))).toBe('password-too-short');
  });

  test('what is accepted has at most 512 bytes in UTF-8, before NFKC and after', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, minLength: 60, maxLength: 130 }), (password) => {
        fc.pre(codeOf(password) === undefined);
        expect(Buffer.byteLength(password)).toBeLessThanOrEqual(512);
        expect(Buffer.byteLength(preparedPassword(password))).toBeLessThanOrEqual(512);
      }),
    );
  });

  test('a lone surrogate is refused: hashing could not tell it from another', () => {
    expect(codeOf(`plank gravel \ud800 otter lamp`)).toBe('password-unreadable');
  });

  test.each([
    'passwordpassword',
    'P@ssw0rd P@ssw0rd',
    'PASSWORD12345678',
    'password123456789!',
    'ｐａｓｓｗｏｒｄｐａｓｓ１２３４',
    'iloveyou-iloveyou-2',
    'letmein.letmein.now',
    'correct horse battery staple',
    'The quick brown fox',
    'thisismypassword!',
    '123456789012345',
    '987654321098765',
    'abcdefghijklmnop',
    'qwertyuiopasdfgh',
    'poiuytrewqlkjhgf',
    '1qaz2wsx3edc4rfv',
    '1q2w3e4r5t6y7u8i',
    '!"#$%&\'()=!"#$%&',
    '!@#$%^&*()!@#$%^',
    'ohayougozaimasu1',
    'yoroshikuonegaishimasu',
    'おはようございますありがとうございます',
    'オハヨウゴザイマス！！おはようございます',
    'あいうえおかきくけこさしすせそ',
    'いろはにほへとちりぬるを！！！',
    'たていすかんなにらせちとしはき',
    'hoikuen-hoikuen-hoikuen',
    'himawari tanpopo sumire',
    '3141592653589793',
    'admin@administrator1',
  ])('a common password or pattern is refused with that reason: %s', (password) => {
    expect(codeOf(password)).toBe('password-common');
  });

  test.each([
    'aaaaaaaaaaaaaaa',
    'xkxkxkxkxkxkxkxkxk',
    'mofu-mofu-mofu-mofu',
    'ぴよぴよぴよぴよぴよぴよぴよぴよ',
    'zzzzkkkkwwwwhhhhmmmm',
  ])('repeats count once: %s', (password) => {
    expect(codeOf(password)).toBe('password-repeat');
  });

  test.each(['1980198519902024', 'heisei31 reiwa元年 x', '令和6年令和7年令和8年令和9年', 'khwv20240401 19991231'])(
    'years and dates count for nothing: %s',
    (password) => {
      expect(codeOf(password)).toBe('password-year');
    },
  );

  test.each([
    ['the tenant code', 'sakurakai vzxqw sakurakai'],
    ['the tenant code in parts', 'Sakura KAI sakura hk'],
    ['the tenant name', '社会福祉法人さくら会のひみつ七'],
    ['the tenant name in katakana', 'サクラサクラサクラ社会福祉法人'],
    ['the account ID', 'mizushima.keiko@example.jp!1'],
    ['the account ID in signs', 'M1zush1ma-K31k0-#7qx'],
    ['the person', '水島けいこ水島けいこ水島けいこ'],
    ['the service', 'LeySerKids-LeySerKids'],
  ])('words of the context count for nothing: %s', (_, password) => {
    expect(codeOf(password)).toBe('password-context');
  });

  test('a word that is empty or a single letter takes nothing away', () => {
    const bare: PasswordContext = { tenantId: '', tenantName: '', loginId: 'a', displayName: 'o', serviceName: '森' };
    expect(passwordProblem('plank gravel otter', bare)).toBeUndefined();
  });

  test('eight code points left are enough, seven are not', () => {
    expect(codeOf('mizushima keiko kvxhwzqm')).toBeUndefined();
    expect(codeOf('mizushima keiko kvxhwzq')).toBe('password-context');
  });

  test('the reason is told in both languages and says what to do', () => {
    for (const password of [
      'short',
      'x'.repeat(200),
      'aaaaaaaaaaaaaaa',
      '1980198519902024',
      'passwordpassword',
      'sakurakaisakurakai',
      `\ud800${'a'.repeat(20)}`,
    ]) {
      const problem = passwordProblem(password, context);
      expect(problem?.text.ja).toMatch(/ください。/);
      expect(problem?.text.en).toMatch(/[A-Z].*\./);
    }
  });

  test('no text breaks the rule, and a password that is its own context is always refused', () => {
    fc.assert(
      fc.property(text, (password) => {
        const problem = passwordProblem(password, { ...context, displayName: password });
        expect(problem).toBeDefined();
      }),
    );
  });

  test('predictable parts do not add up to a good password, in whatever order', () => {
    const parts = ['sakurakai', '2024', 'password', 'qwerty', '水島', '令和6年', 'mofu'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { minLength: 4, maxLength: 9 }), (chosen) => {
        // Whatever their order: all of it is predictable but for one `mofu`.
        expect(codeOf(chosen.join('-'))).toBeDefined();
      }),
    );
  });

  test('what is hashed is the NFKC form: the width of the keyboard does not matter', () => {
    expect(preparedPassword('ﾊﾟｽﾜｰﾄﾞＡ１')).toBe('パスワードA1');
  });
});
