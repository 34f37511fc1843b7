import type { Text } from '../../model/failure.ts';
import { type Predictable, remaindersOf } from './password-remainder.ts';

/** What a password must not be made of. Give what is known; absent texts are ''. */
export interface PasswordContext {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly loginId: string;
  readonly displayName: string;
  readonly serviceName: string;
}

export type PasswordProblemCode =
  | 'password-too-short'
  | 'password-too-long'
  | 'password-unreadable'
  | `password-${Predictable}`;

export interface PasswordProblem {
  readonly code: PasswordProblemCode;
  readonly text: Text;
}

/** Code points. NIST SP 800-63B-4, 3.1.1.2: at least 15 for a password alone, each code point counting as one. */
const SHORTEST = 15;
/** Code points. UTF-8 takes at most four bytes for one, so this also keeps the 512 bytes. */
const LONGEST = 128;
/** Code points that must be left when everything predictable is taken away. */
const LEFT_AT_LEAST = 8;

const ADVICE: Text = {
  ja: '関係のない言葉を4つほど並べると、覚えやすく安全です。',
  en: 'Four or so unrelated words make a password that is easy to remember and safe.',
};

const TEXTS: Readonly<Record<PasswordProblemCode, Text>> = {
  'password-too-short': {
    ja: `パスワードが短すぎます。${SHORTEST}文字以上で入力してください。${ADVICE.ja}`,
    en: `The password is too short. Enter at least ${SHORTEST} characters. ${ADVICE.en}`,
  },
  'password-too-long': {
    ja: `パスワードが長すぎます。${LONGEST}文字以内で入力してください。`,
    en: `The password is too long. Enter at most ${LONGEST} characters.`,
  },
  'password-unreadable': {
    ja: 'パスワードに、使えない文字（壊れた文字）が含まれています。入力し直してください。',
    en: 'The password contains a broken character. Please type it again.',
  },
  'password-context': {
    ja: `契約コード、法人名、お名前、アカウントIDなどの言葉を除くと、残りが${LEFT_AT_LEAST}文字より少なくなります。別の言葉を使ってください。${ADVICE.ja}`,
    en: `Without the tenant, names, account ID and the service's name, fewer than ${LEFT_AT_LEAST} characters are left. Use other words. ${ADVICE.en}`,
  },
  'password-year': {
    ja: `年や日付を除くと、残りが${LEFT_AT_LEAST}文字より少なくなります。別の言葉を加えてください。${ADVICE.ja}`,
    en: `Without years and dates, fewer than ${LEFT_AT_LEAST} characters are left. Add other words. ${ADVICE.en}`,
  },
  'password-common': {
    ja: `よく使われる言葉や、キーボードの並び、連番を除くと、残りが${LEFT_AT_LEAST}文字より少なくなります。別の言葉を使ってください。${ADVICE.ja}`,
    en: `Without common passwords, keyboard patterns and sequences, fewer than ${LEFT_AT_LEAST} characters are left. Use other words. ${ADVICE.en}`,
  },
  'password-repeat': {
    ja: `同じ文字や言葉のくり返しを除くと、残りが${LEFT_AT_LEAST}文字より少なくなります。別の言葉を加えてください。${ADVICE.ja}`,
    en: `Without repeats, fewer than ${LEFT_AT_LEAST} characters are left. Add other words. ${ADVICE.en}`,
  },
};

/** What is hashed of a password: its NFKC form, so that two keyboards mean the same. NIST SP 800-63B-4, 3.1.1.2. */
export function preparedPassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Why a new password is refused, or undefined when it is good: 15 to 128 code points before and after NFKC, and at
 * least 8 left after words of the context, years, common passwords and patterns, and repeats. No composition rules.
 */
export function passwordProblem(password: string, context: PasswordContext): PasswordProblem | undefined {
  const code = problemCode(password, context);
  return code === undefined ? undefined : { code, text: TEXTS[code] };
}

function problemCode(password: string, context: PasswordContext): PasswordProblemCode | undefined {
  // In UTF-8 every lone surrogate becomes the same replacement character: different passwords would be equal.
  if (!password.isWellFormed()) return 'password-unreadable';
  const lengths = [password, preparedPassword(password)].map((text) => [...text].length);
  if (lengths.some((length) => length < SHORTEST)) return 'password-too-short';
  if (lengths.some((length) => length > LONGEST)) return 'password-too-long';
  const words = [context.tenantId, context.tenantName, context.loginId, context.displayName, context.serviceName];
  const short = remaindersOf(password, words).find(([, left]) => left < LEFT_AT_LEAST);
  return short === undefined ? undefined : `password-${short[0]}`;
}
