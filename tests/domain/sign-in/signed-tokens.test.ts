import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { DEVICE_TOKEN_LIFE, type DeviceTokens, deviceTokens } from '../../../src/domain/sign-in/device-token.ts';
import { type SessionTokens, sessionTokens } from '../../../src/domain/sign-in/session-token.ts';
import { SigningKeys } from '../../../src/domain/sign-in/signing-keys.ts';
import { DAY, MINUTE } from '../../../src/model/instant.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeSigningVault } from './fake-signing-vault.ts';

const claims = { tenant: 'sakura', account: '019ab000-0000-7000-8000-000000000001', secret: 's'.repeat(43) };
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('signed tokens', () => {
  let clock: FakeClock;
  let vault: FakeSigningVault;
  let version: string;
  let keys: SigningKeys;
  let sessions: SessionTokens;
  let devices: DeviceTokens;

  beforeEach(() => {
    clock = new FakeClock();
    vault = new FakeSigningVault(clock);
    version = vault.add();
    keys = new SigningKeys(vault, clock);
    sessions = sessionTokens(keys, clock);
    devices = deviceTokens(keys, clock);
  });

  /** A token under the true key, with parts changed. */
  async function forged(header: Record<string, string>, payload: Record<string, unknown>): Promise<string> {
    const { key } = await keys.signing();
    const now = Math.floor(clock.now() / 1000);
    const all = {
      iss: 'leyserkids',
      aud: 'leyserkids-session',
      iat: now,
      exp: now + 60,
      tid: claims.tenant,
      sub: claims.account,
      sid: claims.secret,
      ...payload,
    };
    const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const protectedHeader = { alg: 'HS256', typ: 'leyserkids-session+jwt', kid: version, ...header };
    return new SignJWT(kept).setProtectedHeader(protectedHeader).sign(key);
  }

  test('what was issued is accepted with its claims, by every instance', async () => {
    const token = await sessions.issue(claims);
    expect(await sessions.check(token)).toEqual(claims);
    expect(await sessionTokens(new SigningKeys(vault, clock), clock).check(token)).toEqual(claims);
    expect(await sessions.check(await forged({}, {}))).toEqual(claims);
    expect(await devices.check(await devices.issue({ device: 'd1' }))).toEqual({ device: 'd1' });
  });

  test('a session token ends after exactly 14 days, also when it is remembered', async () => {
    const token = await sessions.issue(claims);
    await clock.advance(14 * DAY - 1);
    expect(await sessions.check(token)).toEqual(claims);
    await clock.advance(1);
    expect(await sessions.check(token)).toBeUndefined();
    expect(await sessionTokens(keys, clock).check(token)).toBeUndefined();
  });

  test('a device token lives as long as its key', async () => {
    expect(DEVICE_TOKEN_LIFE).toBe(400 * DAY);
    const token = await devices.issue({ device: 'd1' });
    await clock.advance(104 * DAY - 1);
    expect(await devices.check(token)).toEqual({ device: 'd1' });
    await clock.advance(1);
    expect(await devices.check(token)).toBeUndefined();
  });

  test('a withdrawn key refuses its tokens within 5 minutes, the remembered ones too', async () => {
    const token = await sessions.issue(claims);
    expect(await sessions.check(token)).toEqual(claims);
    vault.disable(version);
    vault.add();
    await clock.advance(5 * MINUTE);
    expect(await sessions.check(token)).toBeUndefined();
    expect(await sessions.check(token)).toBeUndefined();
  });

  test('a session token is no device token, nor the other way round', async () => {
    expect(await devices.check(await sessions.issue(claims))).toBeUndefined();
    expect(await sessions.check(await devices.issue({ device: 'd1' }))).toBeUndefined();
  });

  test.each<[string, Record<string, string>, Record<string, unknown>]>([
    ['typ', { typ: 'JWT' }, {}],
    ['typ of a device', { typ: 'leyserkids-device+jwt' }, {}],
    ['issuer', {}, { iss: 'somebody' }],
    ['audience', {}, { aud: 'leyserkids-device' }],
    ['missing issuer', {}, { iss: undefined }],
    ['missing audience', {}, { aud: undefined }],
    ['past expiry', {}, { exp: 1 }],
    ['missing expiry', {}, { exp: undefined }],
    ['missing time of issue', {}, { iat: undefined }],
    ['not yet valid', {}, { nbf: 9_999_999_999 }],
    ['unknown key', { kid: 'version-99' }, {}],
    ['tenant of another type', {}, { tid: 7 }],
    ['missing account', {}, { sub: undefined }],
    ['missing secret', {}, { sid: undefined }],
    ['more length than any of ours', {}, { filler: 'x'.repeat(2_000) }],
  ])('signed by us, but refused for: %s', async (_, header, payload) => {
    expect(await sessions.check(await forged(header, payload))).toBeUndefined();
  });

  test('foreign algorithms and none are refused, also with the right key', async () => {
    const good = await sessions.issue(claims);
    const [, body = ''] = good.split('.');
    const { key } = await keys.signing();
    const secret = Buffer.from(String(key.export({ format: 'jwk' }).k), 'base64url');
    const header = { typ: 'leyserkids-session+jwt', kid: version };
    const sign = (alg: string, hash: string) => {
      const input = `${base64url({ ...header, alg })}.${body}`;
      return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
    };
    expect(await sessions.check(sign('HS256', 'sha256'))).toEqual(claims);
    expect(await sessions.check(sign('HS512', 'sha512'))).toBeUndefined();
    expect(await sessions.check(sign('HS384', 'sha384'))).toBeUndefined();
    expect(await sessions.check(sign('none', 'sha256'))).toBeUndefined();
    expect(await sessions.check(`${base64url({ ...header, alg: 'none' })}.${body}.`)).toBeUndefined();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const foreign = await new SignJWT({}).setProtectedHeader({ ...header, alg: 'ES256' }).sign(privateKey);
    expect(await sessions.check(foreign)).toBeUndefined();
  });

  test('a key that the token brings along is ignored', async () => {
    const own = randomBytes(32);
    const header = {
      alg: 'HS256',
      typ: 'leyserkids-session+jwt',
      kid: version,
      jwk: { kty: 'oct', k: own.toString('base64url') },
    };
    const [, body = ''] = (await sessions.issue(claims)).split('.');
    const input = `${base64url(header)}.${body}`;
    expect(
      await sessions.check(`${input}.${createHmac('sha256', own).update(input).digest('base64url')}`),
    ).toBeUndefined();
  });

  test('one changed character anywhere makes a token worthless, and so does a part of it', async () => {
    const token = await sessions.issue(claims);
    expect(await sessions.check(token)).toEqual(claims);
    for (let at = 0; at < token.length; at += 1) {
      // Half-way round the alphabet: changes bits that count in every position but the padding of the last.
      const changed = token[at] === 'A' ? 'g' : 'A';
      const tampered = token.slice(0, at) + changed + token.slice(at + 1);
      expect(await sessions.check(tampered), `position ${at}`).toBeUndefined();
    }
    for (const part of [token.slice(0, -1), token.slice(1), `${token}A`, ` ${token}`, `${token}.`, `${token}.x`]) {
      expect(await sessions.check(part)).toBeUndefined();
    }
  });

  test('garbage is refused and never throws', async () => {
    const anyCharacter = fc.integer({ min: 0, max: 0x1ffff }).map((point) => String.fromCodePoint(point));
    const piece = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
      fc.constant(base64url({ alg: 'HS256', typ: 'leyserkids-session+jwt', kid: 'version-1' })),
      fc.constant(base64url({ alg: 'HS256', kid: 7, crit: ['b64'], b64: false })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 5 }), async (parts) => {
        expect(await sessions.check(parts.join('.'))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
    expect(await sessions.check('.'.repeat(100_000))).toBeUndefined();
  });

  test('a key id that is no text is not asked for in the vault', async () => {
    await sessions.issue(claims);
    const before = vault.reads;
    expect(await sessions.check(`${base64url({ alg: 'HS256', kid: 7 })}.e30.AAAA`)).toBeUndefined();
    expect(vault.reads).toBe(before);
  });

  test('remembered tokens are never mixed up', async () => {
    const other = { ...claims, account: 'someone-else' };
    const [first, second] = [await sessions.issue(claims), await sessions.issue(other)];
    for (let i = 0; i < 3; i += 1) {
      expect(await sessions.check(first)).toEqual(claims);
      expect(await sessions.check(second)).toEqual(other);
    }
  });
});
