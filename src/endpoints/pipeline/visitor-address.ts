import { addressText, clientAddress } from '../../domain/sign-in/client-address.ts';
import type { HttpCall } from './http-call.ts';

/**
 * The header in which a host without proxies in front tells the address of the client's socket. Such a host drops what
 * a client sends under this name. On Azure it is absent: there the front end appends the client to X-Forwarded-For.
 */
export const REMOTE_ADDRESS_HEADER = 'x-leyserkids-remote-address';

/** The client's address in its one written form; null when the host tells none. See `clientAddress` for whom it trusts. */
export function visitorAddress({ headers }: HttpCall, trustedProxies: number): string | null {
  const address = clientAddress(headers.get('x-forwarded-for'), trustedProxies, headers.get(REMOTE_ADDRESS_HEADER));
  return address === undefined ? null : addressText(address);
}
