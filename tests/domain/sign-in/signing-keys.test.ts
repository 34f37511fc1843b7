import { beforeEach, describe, expect, test } from 'vitest';
import { newSigningSecret, rotationDue, SigningKeys } from '../../../src/domain/sign-in/signing-keys.ts';
import { Failure } from '../../../src/model/failure.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/model/instant.ts';
import type { SecretReader } from '../../../src/ports/secret-store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeSigningVault } from './fake-signing-vault.ts';

describe('the service key that signs sessions', () => {
  let clock: FakeClock;
  let vault: FakeSigningVault;
  let keys: SigningKeys;

  beforeEach(() => {
    clock = new FakeClock();
    vault = new FakeSigningVault(clock);
    keys = new SigningKeys(vault, clock);
  });

  const signer = async () => (await keys.signing()).version;
  const accepts = async (version: string) => (await keys.accepted(version)) !== undefined;

  test('without a key the answer is "starting" with Retry-After, and the first key signs at once', async () => {
    const failure = await keys.signing().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'starting', retryAfter: 5 });
    const first = vault.add();
    await clock.advance(5 * SECOND);
    expect(await signer()).toBe(first);
  });

  test('a later key signs once it is 2 h old, and is accepted before', async () => {
    const first = vault.add();
    await clock.advance(90 * DAY);
    const second = vault.add();
    await clock.advance(2 * HOUR - 1);
    expect(await signer()).toBe(first);
    expect(await accepts(second)).toBe(true);
    await clock.advance(1);
    expect(await signer()).toBe(second);
  });

  test('each key is accepted until 104 days after its own creation, however many there are', async () => {
    const first = vault.add();
    await clock.advance(10 * DAY);
    const second = vault.add();
    await clock.advance(10 * DAY);
    const third = vault.add();
    await clock.advance(84 * DAY - 1);
    expect([await accepts(first), await accepts(second), await accepts(third)]).toEqual([true, true, true]);
    await clock.advance(1);
    expect([await accepts(first), await accepts(second), await accepts(third)]).toEqual([false, true, true]);
    await clock.advance(10 * DAY);
    expect([await accepts(first), await accepts(second), await accepts(third)]).toEqual([false, false, true]);
  });

  test('a key whose time is over signs nothing', async () => {
    vault.add();
    await clock.advance(104 * DAY);
    await expect(keys.signing()).rejects.toMatchObject({ code: 'starting' });
  });

  test('the vault is asked once in 5 minutes, also by many at the same time', async () => {
    const first = vault.add();
    await Promise.all(Array.from({ length: 50 }, () => keys.accepted(first)));
    await clock.advance(5 * MINUTE - 1);
    await keys.signing();
    expect(vault.reads).toBe(1);
    await clock.advance(1);
    await keys.signing();
    expect(vault.reads).toBe(2);
  });

  test('a withdrawn key is refused within 5 minutes, and its neighbours live on', async () => {
    const [first, second, third] = [vault.add(), vault.add(), vault.add()];
    await clock.advance(3 * HOUR);
    expect(await accepts(second)).toBe(true);
    vault.disable(second);
    await clock.advance(5 * MINUTE);
    expect([await accepts(first), await accepts(second), await accepts(third)]).toEqual([true, false, true]);
    // The first is known by its own name only, and withdrawing works there too.
    vault.disable(first);
    await clock.advance(5 * MINUTE);
    expect(await accepts(first)).toBe(false);
  });

  test('when the newest key is withdrawn the ones before are still accepted, and a new one signs at once', async () => {
    const first = vault.add();
    await clock.advance(90 * DAY);
    vault.disable(vault.add());
    expect(await accepts(first)).toBe(true);
    await expect(keys.signing()).rejects.toMatchObject({ code: 'starting' });
    const third = vault.add();
    await clock.advance(5 * SECOND);
    expect(await signer()).toBe(third);
  });

  test('a host clock that jumps back does not keep a withdrawn key alive', async () => {
    const first = vault.add();
    expect(await accepts(first)).toBe(true);
    vault.disable(first);
    await clock.advance(4 * MINUTE);
    clock.set(clock.now() - DAY);
    await clock.advance(1 * MINUTE);
    expect(await accepts(first)).toBe(false);
  });

  test('without the vault nothing is accepted beyond the 5 minutes, and it recovers', async () => {
    const first = vault.add();
    expect(await accepts(first)).toBe(true);
    vault.down = true;
    expect(await accepts(first)).toBe(true);
    await clock.advance(5 * MINUTE);
    await expect(keys.accepted(first)).rejects.toMatchObject({ kind: 'unavailable' });
    vault.down = false;
    expect(await accepts(first)).toBe(true);
  });

  test('made-up versions cost the vault at most 32 calls in 5 minutes, and keep out no real key', async () => {
    const first = vault.add();
    for (let i = 0; i < 1_000; i += 1) expect(await accepts(`made-up-${i}`)).toBe(false);
    expect(vault.reads).toBe(1 + 32);
    expect(await accepts(first)).toBe(true);
    await clock.advance(5 * MINUTE);
    expect(await accepts('made-up-1')).toBe(false);
    expect(vault.reads).toBe(1 + 32 + 2);
  });

  test.each(['', '../secrets/tenant-1', 'a/b', 'é', 'x'.repeat(65)])(
    'a version that is none is never asked for: %s',
    async (name) => {
      expect(await accepts(name)).toBe(false);
      expect(vault.reads).toBe(0);
    },
  );

  test('a key of fewer than 256 bits is never used', async () => {
    const weak: SecretReader = {
      get: async () => ({
        version: 'weak',
        value: JSON.stringify({ key: 'YWJj', previous: null }),
        createdAt: clock.now(),
      }),
    };
    await expect(new SigningKeys(weak, clock).signing()).rejects.toThrow('too short');
  });

  test('a new version is due without a usable one, and at 90 days', () => {
    vault.add();
    expect(rotationDue(undefined, clock.now())).toBe(true);
    expect(rotationDue(vault.newest, clock.now() + 90 * DAY - 1)).toBe(false);
    expect(rotationDue(vault.newest, clock.now() + 90 * DAY)).toBe(true);
  });

  test('a new secret is 32 random bytes and names the version before', () => {
    const value = JSON.parse(newSigningSecret('v1')) as { key: string; previous: string };
    expect(Buffer.from(value.key, 'base64url')).toHaveLength(32);
    expect(value.previous).toBe('v1');
    expect(newSigningSecret('v1')).not.toBe(newSigningSecret('v1'));
    expect(JSON.parse(newSigningSecret(null))).toMatchObject({ previous: null });
  });
});
