import { expect, test } from 'vitest';
import { loadedOnce } from '../../src/adapters/azure-rest/loaded-once.ts';

test('two who ask at the same moment wait for one load, and get the same', async () => {
  let loads = 0;
  const library = loadedOnce('a library', async () => {
    loads += 1;
    return {};
  });
  expect(loads).toBe(0);
  const [one, other] = await Promise.all([library(), library()]);
  expect(other).toBe(one);
  expect(await library()).toBe(one);
  expect(loads).toBe(1);
});

test('a load that fails is told as a store that gives no answer, nothing in doubt, and is tried again', async () => {
  const cause = new Error('no such file');
  const outcomes = [Promise.reject(cause), Promise.resolve('loaded')];
  const library = loadedOnce('a library', async () => outcomes.shift());
  const told = {
    name: 'StoreError',
    kind: 'unavailable',
    unclear: false,
    cause,
    message: /a library cannot be loaded/,
  };
  const failed = await Promise.allSettled([library(), library()]);
  for (const each of failed) {
    expect(each).toMatchObject({
      status: 'rejected',
      reason: { ...told, message: expect.stringMatching(told.message) },
    });
  }
  expect(await library()).toBe('loaded');
});
