import type { Contract } from '../domain/contracts/contract.ts';
import type { JsonObject } from '../model/json.ts';
import { bothTimes } from './both-times.ts';

/** A new activation code as the operator hands it on: shown this once, because only its hash is stored. */
export interface ShownCode {
  readonly code: string;
  /** The code stands in the fragment, which browsers never send, so that no log on the way holds it. */
  readonly link: string;
  readonly expiresAt: string;
}

export function shownCode(contract: Contract, code: string, publicUrl: string): ShownCode {
  const link = new URL('/register', publicUrl);
  link.hash = new URLSearchParams({ tenant: contract.tenantId, code }).toString();
  return { code, link: link.href, expiresAt: contract.activation?.expiresAt ?? '' };
}

export function codeJson({ code, link, expiresAt }: ShownCode): JsonObject {
  return { code, link, expiresAt };
}

export function codeText({ code, link, expiresAt }: ShownCode): string {
  return [
    `Activation code: ${code}`,
    `Link:            ${link}`,
    `Valid until:     ${bothTimes(expiresAt)}, once, and only while the tenant never had an account`,
    '',
    'Hand code or link to the person at the customer who becomes the first administrator, on a way that nobody else reads.',
    'It is shown only now. "contract code" issues another, which makes this one worthless.',
  ].join('\n');
}
