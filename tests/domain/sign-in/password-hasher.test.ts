import { type Algorithm, hash as argon2 } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { PasswordHasher } from '../../../src/domain/sign-in/password-hasher.ts';

const password = 'plank gravel otter lamp';

describe('password hashes', () => {
  test('argon2id with 19 MiB, 2 passes, 1 lane, a salt of its own and 32 bytes', async () => {
    const hasher = new PasswordHasher();
    const [first, second] = await hasher.withPlace(async (place) => [
      await place.hash(password),
      await place.hash(password),
    ]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(second).not.toBe(first);
  });

  test('the right password matches, another does not, and width does not matter', async () => {
    const hasher = new PasswordHasher();
    await hasher.withPlace(async (place) => {
      const stored = await place.hash('ﾊﾟｽﾜｰﾄﾞ plank gravel');
      expect(await place.verify('パスワード plank gravel', stored)).toEqual({ matches: true, needsRehash: false });
      expect(await place.verify('パスワード plank grave1', stored)).toEqual({ matches: false, needsRehash: false });
    });
  });

  test.each([undefined, null])(
    'without a stored hash (%s) the same work is done and nothing matches',
    async (stored) => {
      const hasher = new PasswordHasher();
      await hasher.withPlace(async (place) => {
        expect(await place.verify(password, stored)).toEqual({ matches: false, needsRehash: false });
      });
      expect(hasher.count).toBe(1);
    },
  );

  test.each([
    ['less memory', { memoryCost: 9_728, timeCost: 2, parallelism: 1, outputLen: 32 }],
    ['fewer passes', { memoryCost: 19_456, timeCost: 1, parallelism: 1, outputLen: 32 }],
    ['another variant', { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32, algorithm: 1 as Algorithm }],
    [
      'a shorter salt',
      { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32, salt: Buffer.from('12345678') },
    ],
    ['a shorter output', { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 16 }],
  ])('a hash made with %s asks to be made anew, but only for who knows the password', async (_, options) => {
    const stored = await argon2(password, options);
    const hasher = new PasswordHasher();
    await hasher.withPlace(async (place) => {
      expect(await place.verify(password, stored)).toEqual({ matches: true, needsRehash: true });
      expect(await place.verify('another password', stored)).toEqual({ matches: false, needsRehash: false });
    });
  });

  test('a stored text that is no hash is trouble, not a wrong password, and gives its turn back', async () => {
    const hasher = new PasswordHasher();
    for (let i = 0; i < 3; i += 1) {
      await expect(hasher.withPlace((place) => place.verify(password, 'plain text'))).rejects.toThrow();
    }
    expect((await hasher.withPlace((place) => place.verify(password, undefined))).matches).toBe(false);
  });

  test('34 have a place; the 35th is refused at once, before any of its work, and a place that is free is given again', async () => {
    const hasher = new PasswordHasher();
    let leave = () => {};
    const gate = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const holders = Array.from({ length: 34 }, () => hasher.withPlace(() => gate));
    let began = false;
    const refused = hasher.withPlace(async () => {
      began = true;
    });
    await expect(refused).rejects.toMatchObject({ code: 'busy', retryAfter: 2 });
    expect(began).toBe(false);
    leave();
    await Promise.all(holders);
    await hasher.withPlace(async () => {
      began = true;
    });
    expect(began).toBe(true);
  });

  test('at most two hashes are in flight, and all that wait are served', async () => {
    const hasher = new PasswordHasher();
    const all = Array.from({ length: 8 }, () => hasher.withPlace((place) => place.verify(password, undefined)));
    // Hashes end in later turns of the event loop, so within this one only those that need not wait have begun.
    for (let i = 0; i < 100; i += 1) await Promise.resolve();
    expect(hasher.count).toBe(2);
    expect(await Promise.all(all)).toHaveLength(8);
    expect(hasher.count).toBe(8);
  });
});
