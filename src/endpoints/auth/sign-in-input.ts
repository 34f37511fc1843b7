import * as z from 'zod';
import { TENANT_ID } from '../../domain/contracts/contract.ts';
import { codeInput } from '../../domain/sign-in/account-input.ts';
import { normalizeCode } from '../../domain/sign-in/codes.ts';
import type { Text } from '../../model/failure.ts';

const TENANT_RULE: Text = {
  ja: '契約コードは、英小文字で始まる3〜32文字の英数字と「-」です。ご確認ください。',
  en: 'A tenant code has 3 to 32 letters, digits and "-", and begins with a letter. Please check it.',
};
const CODE_RULE: Text = {
  ja: 'コードは20文字の英数字です。入力に誤りがないか、ご確認ください。',
  en: 'A code has 20 letters and digits. Please check what you typed.',
};

/** The tenant code as people type it, in the one form in which tenants have it. Says nothing of whether it exists. */
export const tenantInput = z
  .string()
  .max(100)
  .overwrite((text) => text.normalize('NFKC').trim().toLowerCase())
  .refine((text) => TENANT_ID.test(text), { params: { code: 'tenant-code', text: TENANT_RULE } })
  .meta({ minLength: 3, maxLength: 32, pattern: '^[A-Za-z][A-Za-z0-9-]{2,31}$' });

/** A one-time code as people type it; comes out as its 20 characters. */
export const oneTimeCodeInput = codeInput
  .overwrite((text) => normalizeCode(text) ?? text)
  .refine((text) => normalizeCode(text) !== undefined, { params: { code: 'one-time-code', text: CODE_RULE } });
