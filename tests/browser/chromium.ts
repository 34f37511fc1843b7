import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian and Ubuntu put it. */
const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Whether there is a browser on this machine; without one the browser tests are skipped, and the output says so. */
export const browserFound = EXECUTABLE !== undefined;
if (!browserFound)
  console.log(`No Chromium was found: the browser tests are skipped. Install Debian's package "chromium".`);

/** A browser of its own, with a fresh profile. */
export function openBrowser(): Promise<Browser> {
  if (EXECUTABLE === undefined) throw new Error('there is no Chromium');
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
