/** First match wins: browsers name their ancestors too, so the more specific stands first. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|OPT|OPiOS)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
];

const PLATFORMS: readonly (readonly [RegExp, string])[] = [
  [/\biPad\b/, 'iPad'],
  [/\b(?:iPhone|iPod)\b/, 'iPhone'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
];

const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/^curl\//i, 'curl'],
  [/^Wget\//i, 'Wget'],
  [/^python|\bpython-(?:requests|httpx|urllib)/i, 'Python'],
  [/^(?:node|undici|axios|got)\b/i, 'Node'],
  [/\bPowerShell\//i, 'PowerShell'],
];

/** Headers are longer than this only when somebody plays. */
const LOOKED_AT = 512;

/**
 * The family of a browser or tool, e.g. `Safari on iPad`, `curl`, `other`: one of a fixed set of words, so nothing that
 * a client sends reaches a log. (Safari on newer iPads says that it is a Mac, and is believed.)
 */
export function userAgentFamily(userAgent: string | null | undefined): string {
  const text = (userAgent ?? '').slice(0, LOOKED_AT);
  const tool = firstMatch(TOOLS, text);
  if (tool !== undefined) return tool;
  const browser = firstMatch(BROWSERS, text);
  if (browser === undefined) return 'other';
  const platform = firstMatch(PLATFORMS, text);
  return platform === undefined ? browser : `${browser} on ${platform}`;
}

function firstMatch(table: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}
