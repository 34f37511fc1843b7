/** Headers that every answer carries. Source: the product's security values (OWASP Secure Headers). */
const EVERY_ANSWER: Readonly<Record<string, string>> = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-xss-protection': '0',
  'referrer-policy': 'strict-origin-when-cross-origin',
};

/** Headers of an answer of the API: nothing in it is a page, and nothing may be kept. */
export function apiHeaders(): Record<string, string> {
  return {
    ...EVERY_ANSWER,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    vary: 'Sec-Fetch-Site, Origin, Accept-Encoding',
  };
}

/** Headers of a page: only its own files, no inline script, styles with the nonce of this answer. */
export function pageHeaders(nonce: string): Record<string, string> {
  return {
    ...EVERY_ANSWER,
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'cache-control': 'no-store',
    vary: 'Accept-Encoding',
  };
}
