import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { userAgentFamily } from '../../../src/domain/sign-in/user-agent.ts';

const MOZILLA = 'Mozilla/5.0';
const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('families of user agents', () => {
  test.each([
    [
      `${MOZILLA} (iPad; CPU OS 15_4 like Mac OS X) ${WEBKIT} Version/15.4 Mobile/15E148 Safari/604.1`,
      'Safari on iPad',
    ],
    [
      `${MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${WEBKIT} CriOS/130.0 Mobile/15E148 Safari/604.1`,
      'Chrome on iPhone',
    ],
    [`${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.0 Safari/605.1.15`, 'Safari on Mac'],
    [
      `${MOZILLA} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36`,
      'Chrome on Windows',
    ],
    [
      `${MOZILLA} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
      'Edge on Windows',
    ],
    [`${MOZILLA} (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0`, 'Firefox on Windows'],
    [
      `${MOZILLA} (Linux; Android 14; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36`,
      'Samsung Internet on Android',
    ],
    [
      `${MOZILLA} (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36`,
      'Chrome on ChromeOS',
    ],
    [
      `${MOZILLA} (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/138.0.0.0 Safari/537.36`,
      'Chrome on Linux',
    ],
    ['Firefox/1.0 (BeOS)', 'Firefox'],
    ['curl/8.5.0', 'curl'],
    ['node', 'Node'],
    ['python-requests/2.32', 'Python'],
    ['', 'other'],
    ['山田花子', 'other'],
    [null, 'other'],
    [undefined, 'other'],
  ])('%s is %s', (userAgent, family) => {
    expect(userAgentFamily(userAgent)).toBe(family);
  });

  test('nothing that a client writes comes through: only words of the table', () => {
    const word =
      /^(?:other|curl|Wget|Python|Node|PowerShell|(?:Edge|Opera|Samsung Internet|Firefox|Chrome|Safari)(?: on (?:iPad|iPhone|Android|ChromeOS|Windows|Mac|Linux))?)$/;
    const pieces = fc.oneof(
      fc.string(),
      fc.constantFrom('Chrome/1', 'Safari/1', 'Version/1', 'Windows', 'iPad', 'curl/1', 'Edg/'),
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        expect(userAgentFamily(parts.join(' '))).toMatch(word);
      }),
    );
  });
});
