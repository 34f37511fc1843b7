import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Binding,
  dataKeyOf,
  keyVersionOf,
  lookUp,
  lookUpKeyOf,
  open,
  SealBroken,
  seal,
  TENANT_SECRET_BYTES,
} from '../../src/domain/sealing.ts';

const secret = randomBytes(TENANT_SECRET_BYTES).toString('base64');
const key = dataKeyOf('v1', secret);
const HERE: Binding = { tenantId: 'sakura', kind: 'child', id: '1', part: 'body' };

describe('a sealed text', () => {
  test('opens to exactly what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        expect(open(key, HERE, seal(key, HERE, text))).toBe(text.toWellFormed());
      }),
    );
  });

  test('shows nothing of its content, and differs with every sealing', () => {
    const texts = Array.from({ length: 50 }, () => seal(key, HERE, 'Hanako'.repeat(10)));
    expect(new Set(texts).size).toBe(50);
    for (const text of texts) {
      expect(text).toMatch(/^s1\.v1\.[A-Za-z0-9+/]+=*$/);
      expect(Buffer.from(text.split('.')[2] ?? '', 'base64').includes('Hanako')).toBe(false);
    }
  });

  test.each<[string, Partial<Binding>]>([
    ['tenant', { tenantId: 'momo' }],
    ['kind', { kind: 'class' }],
    ['id', { id: '2' }],
    ['part', { part: 'card' }],
    // What stands between two fields must not be able to move from one to the other.
    ['boundary of its fields', { tenantId: 'sakura","child', kind: '1', id: 'body' }],
  ])('that was moved to another %s does not open', (_what, elsewhere) => {
    const sealed = seal(key, HERE, 'text');
    expect(() => open(key, { ...HERE, ...elsewhere }, sealed)).toThrow(SealBroken);
  });

  test('does not open under another key, nor under another version of the same one', () => {
    const sealed = seal(key, HERE, 'text');
    const foreign = dataKeyOf('v1', randomBytes(TENANT_SECRET_BYTES).toString('base64'));
    expect(() => open(foreign, HERE, sealed)).toThrow(SealBroken);
    const next = dataKeyOf('v2', secret);
    expect(() => open(next, HERE, sealed)).toThrow(SealBroken);
    expect(() => open(next, HERE, sealed.replace('.v1.', '.v2.'))).toThrow(SealBroken);
    expect(keyVersionOf(HERE, sealed)).toBe('v1');
  });

  test('does not open when any single bit of it was changed, or its end is missing', () => {
    const sealed = seal(key, HERE, 'text');
    const head = sealed.slice(0, sealed.lastIndexOf('.') + 1);
    const bytes = Buffer.from(sealed.slice(head.length), 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => open(key, HERE, head + changed.toString('base64'))).toThrow(SealBroken);
    }
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => open(key, HERE, head + bytes.subarray(0, length).toString('base64'))).toThrow(SealBroken);
    }
  });

  test.each(['', 'text', 's1.v1', 's1..AAAA', 's1.v1.', 's2.v1.AAAA', 's1.v1.AAAA.AAAA'])(
    'has a form, which %j has not',
    (text) => {
      expect(() => keyVersionOf(HERE, text)).toThrow(SealBroken);
      expect(() => open(key, HERE, text)).toThrow(SealBroken);
    },
  );

  test('that does not open is told without its content', () => {
    const sealed = seal(key, HERE, 'Hanako');
    const error = (() => {
      try {
        return open(key, { ...HERE, id: '2' }, sealed);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(String(error)).not.toContain(sealed.slice(10));
    expect(error).not.toHaveProperty('cause');
  });
});

describe('the keys of a tenant', () => {
  test('derive from its secret of 32 bytes, and from no other length', () => {
    for (const bytes of [0, 16, 31, 33, 64]) {
      const wrong = Buffer.alloc(bytes, 1).toString('base64');
      expect(() => dataKeyOf('v1', wrong)).toThrow(RangeError);
      expect(() => lookUpKeyOf(wrong)).toThrow(RangeError);
    }
  });

  test('for sealing and for look-ups have nothing in common, with each other or with the secret', () => {
    const sealing = key.key.export();
    const lookingUp = lookUpKeyOf(secret).export();
    expect(new Set([sealing, lookingUp, Buffer.from(secret, 'base64')].map((one) => one.toString('hex'))).size).toBe(3);
  });

  test('look the same text up under the same name, each purpose and tenant under another', () => {
    const mine = lookUpKeyOf(secret);
    const others = lookUpKeyOf(randomBytes(TENANT_SECRET_BYTES).toString('base64'));
    const names = [
      lookUp(mine, 'login', 'hanako'),
      lookUp(mine, 'number', 'hanako'),
      lookUp(mine, 'login', 'hanakO'),
      lookUp(others, 'login', 'hanako'),
    ].map((name) => name.toString('hex'));
    expect(new Set(names).size).toBe(4);
    expect(lookUp(mine, 'login', 'hanako').toString('hex')).toBe(names[0]);
  });
});

test('many texts sealed in a row have each an IV of its own', () => {
  const ivs = Array.from({ length: 3_000 }, () => {
    const sealed = seal(key, HERE, 'the same');
    return Buffer.from(sealed.slice(sealed.lastIndexOf('.') + 1), 'base64').toString('hex', 0, 12);
  });
  expect(new Set(ivs).size).toBe(ivs.length);
  for (const iv of ivs) expect(iv).not.toBe('00'.repeat(12));
});
