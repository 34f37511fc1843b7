import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServiceProcess } from '../support/service-process.ts';
import { browserFound, openBrowser } from './chromium.ts';

/** A desktop, and a tablet held upright. */
const SIZES = { desktop: { width: 1280, height: 800 }, tablet: { width: 768, height: 1024 } } as const;

describe.skipIf(!browserFound)('the page at /', () => {
  let service: ServiceProcess;
  let browser: Browser;

  beforeAll(async () => {
    service = await ServiceProcess.start();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.remove();
  });

  test.each(Object.entries(SIZES))(
    'says what runs here and leads to the tour and the API, on a %s',
    async (name, viewport) => {
      const page = await browser.newPage({ viewport });
      const trouble: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
      });
      page.on('pageerror', (error) => trouble.push(error.message));
      await page.goto(service.url);
      expect(await page.locator('h1').textContent()).toBe('LeySerKids');
      expect(await page.locator('html').getAttribute('lang')).toBe('ja');
      const tooWide = await page.evaluate(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      );
      expect(tooWide).toBe(false);
      const shots = process.env['SCREENSHOTS'];
      if (shots !== undefined) await page.screenshot({ path: `${shots}/welcome-${name}.png` });
      for (const link of await page.locator('a').all()) {
        const href = await link.getAttribute('href');
        expect((await page.request.get(`${service.url}${href}`)).status(), `${href}`).toBe(200);
        expect((await link.boundingBox())?.height, 'large enough for a finger').toBeGreaterThanOrEqual(44);
      }
      expect(await page.locator('a').count()).toBe(3);
      expect(trouble).toEqual([]);
      await page.close();
    },
  );

  test('a browser on a numeric address is led to localhost, where cookies and passkeys work', async () => {
    const page = await browser.newPage();
    await page.goto(service.url.replace('localhost', '127.0.0.1'));
    expect(new URL(page.url()).hostname).toBe('localhost');
    await page.close();
  });
});
