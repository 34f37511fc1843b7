import * as z from 'zod';
import type { Text } from '../../model/failure.ts';

const LOGIN_ID_RULE: Text = {
  ja: 'アカウントIDは、半角の英数字と . _ - @ を使って、3文字以上64文字以内で入力してください。',
  en: 'Enter an account ID of 3 to 64 letters, digits and . _ - @ characters.',
};
const DISPLAY_NAME_RULE: Text = {
  ja: '名前は、1文字以上60文字以内で、改行などの特別な文字を使わずに入力してください。',
  en: 'Enter a name of 1 to 60 characters, without line breaks or other control characters.',
};

/** Control characters, lone surrogates, line separators, and what turns the direction of writing (a name that lies). */
const NOT_IN_NAMES = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const DISPLAY_NAME_LENGTH = 60;

/**
 * The account ID that a person signs in with. Comes out in the one form that is stored and looked up: half width and
 * lower case, so neither case nor a keyboard left in full width keeps anybody out.
 */
export const loginIdInput = z
  .string()
  .overwrite((text) => text.normalize('NFKC').trim().toLowerCase())
  .refine((text) => /^[a-z0-9._@-]{3,64}$/.test(text), { params: { code: 'login-id', text: LOGIN_ID_RULE } })
  .meta({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9._@-]{3,64}$' });

/** The name under which colleagues know the person: kept as typed but for spaces around it; 1 to 60 code points. */
export const displayNameInput = z
  .string()
  .overwrite((text) => text.trim())
  .refine((text) => text !== '' && [...text].length <= DISPLAY_NAME_LENGTH && !NOT_IN_NAMES.test(text), {
    params: { code: 'display-name', text: DISPLAY_NAME_RULE },
  })
  .meta({ minLength: 1, maxLength: DISPLAY_NAME_LENGTH });

/**
 * A password as it is sent, new or not. Longer than any that the password rule accepts, so that the rule can say what
 * is wrong, and short enough that nobody makes us work.
 */
export const passwordInput = z.string().min(1).max(1024);

/** A one-time code as it is typed; `normalizeCode` says whether it is one. */
export const codeInput = z.string().min(1).max(100);
