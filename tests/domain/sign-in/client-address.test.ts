import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressText,
  clientAddress,
  inNetwork,
  networkOf,
  parseAddress,
  parseNetwork,
} from '../../../src/domain/sign-in/client-address.ts';

const shown = (text: string) => {
  const address = parseAddress(text);
  return address === undefined ? undefined : addressText(address);
};

describe("the client's address", () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    [' 192.0.2.7 ', '192.0.2.7'],
    ['192.0.2.7:51234', '192.0.2.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['1::', '1::'],
    ['::1', '::1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['[::ffff:c000:207]:99', '192.0.2.7'],
  ])('%s reads as %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test.each([
    '',
    'unknown',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.07',
    '0x7f.1',
    '1.2.3.4.5',
    '1.2.3.4:',
    '1.2.3.4:123456',
    '[1.2.3.4]',
    '[2001:db8::1',
    '2001:db8::1::2',
    ':',
    '::g',
    '[::1]x',
    '_hidden',
    'a@[::1]',
    '::1/64',
    `${'1'.repeat(70)}`,
  ])('what is no address reads as none: %s', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('no text makes reading fail, and what is read reads back as itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.[\]%]{1,40}$/)), (text) => {
        const address = parseAddress(text);
        if (address !== undefined) expect(parseAddress(addressText(address))).toEqual(address);
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        expect(parseAddress(text)).toBeDefined();
      }),
    );
  });

  test('it is the n-th forwarded entry from the right, whatever the client wrote further left', () => {
    const header = '203.0.113.9, 198.51.100.4:1234,192.0.2.1';
    const of = (n: number, forwarded: string | null = header) => {
      const address = clientAddress(forwarded, n, '127.0.0.1');
      return address === undefined ? undefined : addressText(address);
    };
    expect(of(1)).toBe('192.0.2.1');
    expect(of(2)).toBe('198.51.100.4');
    expect(of(1, `6.6.6.6, ${header}`)).toBe('192.0.2.1');
    expect(of(1, '[2001:db8::7]:50000')).toBe('2001:db8::7');
    expect(of(4)).toBeUndefined();
    expect(of(1, null)).toBeUndefined();
    expect(of(1, '6.6.6.6, nonsense')).toBeUndefined();
  });

  test('without trusted proxies the header counts for nothing', () => {
    expect(clientAddress('6.6.6.6', 0, '127.0.0.1')).toEqual(parseAddress('127.0.0.1'));
    expect(clientAddress('6.6.6.6', 0, null)).toBeUndefined();
  });
});

describe('networks', () => {
  const network = (text: string) => {
    const address = parseAddress(text);
    return address === undefined ? undefined : networkOf(address);
  };

  test('an IPv4 address is a network of its own, an IPv6 network is a /56', () => {
    expect(network('192.0.2.7')).toBe('192.0.2.7');
    expect(network('2001:db8:1:2ff:a::1')).toBe('2001:db8:1:200::/56');
    expect(network('2001:db8:1:2ab::')).toBe(network('2001:db8:1:2ff:ffff:ffff:ffff:ffff'));
    expect(network('2001:db8:1:300::')).not.toBe(network('2001:db8:1:2ff::'));
    expect(network('::ffff:192.0.2.7')).toBe('192.0.2.7');
  });

  test.each([
    ['192.0.2.7', '192.0.2.0/24', true],
    ['192.0.3.7', '192.0.2.0/24', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.8', '192.0.2.7', false],
    ['203.0.113.1', '0.0.0.0/0', true],
    ['2001:db8::1', '0.0.0.0/0', false],
    ['2001:db8:0:1::9', '2001:db8::/48', true],
    ['2001:db9::9', '2001:db8::/32', false],
    ['192.0.2.7', '::/0', false],
    ['192.0.2.7', '192.0.2.0/33', false],
    ['192.0.2.7', 'office', false],
  ])('%s in %s: %s', (text, block, expected) => {
    const address = parseAddress(text);
    expect(address !== undefined && inNetwork(address, block)).toBe(expected);
  });

  test.each(['192.0.2.0/', '192.0.2.0/-1', '192.0.2.0:80/24', '[::1]/64', '2001:db8::/129', '', '/24'])(
    'what is no block reads as none: %s',
    (block) => {
      expect(parseNetwork(block)).toBeUndefined();
    },
  );
});
