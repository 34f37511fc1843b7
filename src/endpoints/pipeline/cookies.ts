import type { AnswerCookie } from './answer.ts';

export const SESSION_COOKIE = '__Host-session';
export const DEVICE_COOKIE = '__Host-device';

/** Browsers send at most a few; a longer header is not worth parsing. */
const LONGEST_HEADER = 16_384;

/**
 * The value of a cookie, or undefined when it is absent or given more than once: two cookies of one name come from
 * somebody who tries to slip one in, so neither is believed.
 */
export function cookieValue(header: string | null, name: string): string | undefined {
  if (header === null || header.length > LONGEST_HEADER) return undefined;
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}

/** The cookie that carries a session's token for `maxAge` seconds. */
export function sessionCookie(token: string, maxAge: number): AnswerCookie {
  return { name: SESSION_COOKIE, value: token, maxAge };
}

/** Removes the session's cookie from the browser. */
export const NO_SESSION_COOKIE: AnswerCookie = { name: SESSION_COOKIE, value: '', maxAge: 0 };

/** The cookie that names a device for `maxAge` seconds. */
export function deviceCookie(token: string, maxAge: number): AnswerCookie {
  return { name: DEVICE_COOKIE, value: token, maxAge };
}
