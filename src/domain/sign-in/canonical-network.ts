import { addressText, parseNetwork } from './client-address.ts';

/**
 * The one form of a CIDR block: `192.0.2.0/24`, IPv6 as RFC 5952 writes it, a lone address as the block of itself.
 * Undefined for anything else, and for a block whose address is not its first one: most often a mistyped prefix.
 */
export function canonicalNetwork(text: string): string | undefined {
  const parsed = parseNetwork(text);
  if (parsed === undefined) return undefined;
  const { network, bits } = parsed;
  const host = BigInt((network.family === 4 ? 32 : 128) - bits);
  return (network.value >> host) << host === network.value ? `${addressText(network)}/${bits}` : undefined;
}
