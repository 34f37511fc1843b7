/** An IP address as a number, in its family. IPv4-mapped IPv6 addresses are IPv4. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** One customer's line usually is a /56. Source: RIPE-690, 4.2; RFC 6177. */
const IPV6_NETWORK_BITS = 56;
const BITS = { 4: 32, 6: 128 } as const;

/**
 * The client's address: the n-th entry of X-Forwarded-For from the right, n being the proxies that are trusted, or the
 * connection's own when there are none. Entries further left are the client's inventions. Undefined when there is no
 * such entry or it cannot be read.
 */
export function clientAddress(
  forwardedFor: string | null | undefined,
  trustedProxies: number,
  remoteAddress: string | null | undefined,
): Address | undefined {
  const text = trustedProxies === 0 ? remoteAddress : forwardedFor?.split(',').at(-trustedProxies);
  return text === null || text === undefined ? undefined : parseAddress(text);
}

/** Reads an address with or without port, brackets and zone. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 64) return undefined;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)?.[1];
  if (bracketed !== undefined) return parseIpv6(bracketed);
  const v4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/.exec(trimmed)?.[1];
  return v4 === undefined ? parseIpv6(trimmed) : parseIpv4(v4);
}

/** The one form in which an address is logged: dotted, or lower-case hex groups compressed as RFC 5952 says. */
export function addressText({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** The network that is limited as one: an IPv4 address, or the /56 of an IPv6 address. */
export function networkOf(address: Address): string {
  if (address.family === 4) return addressText(address);
  const host = BigInt(BITS[6] - IPV6_NETWORK_BITS);
  return `${addressText({ family: 6, value: (address.value >> host) << host })}/${IPV6_NETWORK_BITS}`;
}

/** Whether an address lies in a CIDR block such as `192.0.2.0/24`. A text that is no block holds nothing. */
export function inNetwork(address: Address, block: string): boolean {
  const parsed = parseNetwork(block);
  if (parsed === undefined || parsed.network.family !== address.family) return false;
  const host = BigInt(BITS[address.family] - parsed.bits);
  return address.value >> host === parsed.network.value >> host;
}

/** Reads a CIDR block, or a single address as the block of itself; undefined for anything else. */
export function parseNetwork(block: string): { readonly network: Address; readonly bits: number } | undefined {
  const [, base, prefix] = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(block) ?? [];
  const network = base === undefined ? undefined : parseBare(base);
  if (network === undefined) return undefined;
  const bits = prefix === undefined ? BITS[network.family] : Number(prefix);
  return bits <= BITS[network.family] ? { network, bits } : undefined;
}

function parseBare(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split('.');
  // A leading zero is octal to some and decimal to others: refused.
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return { family: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function parseIpv6(text: string): Address | undefined {
  const bare = text.replace(/%[0-9A-Za-z._-]+$/, '');
  if (!/^[0-9A-Fa-f:.]+$/.test(bare) || !URL.canParse(`http://[${bare}]`)) return undefined;
  // The URL parser is the platform's reader of IPv6; what it gives back has no dotted part.
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}
