import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the same entry loads without this host: nothing of it leaks into the app', async () => {
  const entry = new URL('apps/echo.ts', import.meta.url).href;
  const { stderr } = await promisify(execFile)(process.execPath, ['-e', `import(${JSON.stringify(entry)})`]);
  expect(stderr).toContain('Failed to detect the Azure Functions runtime');
});

test('once the app has started, nobody else finds the stand-in for the worker', async () => {
  const script = `
    const { loadApp } = await import(${JSON.stringify(new URL('../../src/local-host/load-app.ts', import.meta.url).href)});
    const app = await loadApp(() => import(${JSON.stringify(new URL('apps/echo.ts', import.meta.url).href)}));
    console.log(app.functions.length > 0, await import('@azure/functions-core').catch((error) => error.code));
    const { app: late } = await import('@azure/functions');
    try { late.get('late', () => ({})); } catch (error) { console.log(error.message); }
  `;
  const args = ['--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: new URL('../..', import.meta.url) });
  expect(stdout.trim().split('\n')).toEqual([
    'true ERR_MODULE_NOT_FOUND',
    'A function can only be registered during app startup.',
  ]);
});
