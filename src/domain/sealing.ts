import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';

/** Which half of a record a sealed text is: what lists show, or the whole. */
export type Part = 'card' | 'body';

/** What a sealed text belongs to. It opens only with exactly the same four. */
export interface Binding {
  readonly tenantId: string;
  readonly kind: string;
  readonly id: string;
  readonly part: Part;
}

/** One version of a tenant's secret, ready for sealing. */
export interface DataKey {
  readonly version: string;
  readonly key: KeyObject;
}

/** A sealed text that does not open: damaged, moved from elsewhere, or under another key. The message holds no content. */
export class SealBroken extends Error {
  constructor(binding: Binding) {
    super(`the sealed ${binding.part} of ${binding.kind}:${binding.id} does not open`);
    this.name = 'SealBroken';
  }
}

const FORMAT = 's1';
const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D: 96-bit random IVs, at most 2^32 seals under one key; a tenant writes a few thousand times a day. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
export const TENANT_SECRET_BYTES = 32;

/**
 * The key that seals, derived from a tenant's secret (base64 of 32 bytes) so that one secret serves two unrelated uses.
 * Throws RangeError when the secret has another length.
 */
export function dataKeyOf(version: string, secret: string): DataKey {
  return { version, key: derive(secret, 'leyserkids sealing 1') };
}

/** The key of look-ups (HMAC-SHA-256), derived from the secret that the tenant's first gate names. Throws RangeError likewise. */
export function lookUpKeyOf(secret: string): KeyObject {
  return derive(secret, 'leyserkids look-up 1');
}

function derive(secret: string, use: string): KeyObject {
  const bytes = Buffer.from(secret, 'base64');
  if (bytes.length !== TENANT_SECRET_BYTES) throw new RangeError('a tenant secret has 32 bytes');
  return createSecretKey(Buffer.from(hkdfSync('sha256', bytes, '', use, 32)));
}

/** The key version and format are part of what is authenticated, so that neither can be swapped. */
function associatedData(binding: Binding, version: string): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, version, binding.tenantId, binding.kind, binding.id, binding.part]));
}

/** Seals a text: `s1.<key version>.<base64 of IV, ciphertext and tag>`. Every call gives another text. */
export function seal(dataKey: DataKey, binding: Binding, text: string): string {
  const iv = newIv();
  const cipher = createCipheriv(CIPHER, dataKey.key, iv);
  cipher.setAAD(associatedData(binding, dataKey.version));
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${FORMAT}.${dataKey.version}.${sealed.toString('base64')}`;
}

/** Random bytes are drawn for many IVs at once, as a call costs more than the bytes. No byte is used twice; an IV holds until the next call. */
const drawn = Buffer.alloc(512 * IV_BYTES);
let used = drawn.length;

function newIv(): Buffer {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += IV_BYTES;
  return drawn.subarray(used - IV_BYTES, used);
}

/** The version of the key that a sealed text names. Throws SealBroken when the text has not the form of one. */
export function keyVersionOf(binding: Binding, sealed: string): string {
  const [format, version, content, ...rest] = sealed.split('.');
  if (format !== FORMAT || !version || !content || rest.length > 0) throw new SealBroken(binding);
  return version;
}

/** Opens a sealed text. Throws SealBroken when it was changed, belongs elsewhere or was sealed under another key. */
export function open(dataKey: DataKey, binding: Binding, sealed: string): string {
  if (keyVersionOf(binding, sealed) !== dataKey.version) throw new SealBroken(binding);
  const bytes = Buffer.from(sealed.slice(sealed.lastIndexOf('.') + 1), 'base64');
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new SealBroken(binding);
  const decipher = createDecipheriv(CIPHER, dataKey.key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(binding, dataKey.version));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    return (
      decipher.update(bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    );
  } catch {
    throw new SealBroken(binding);
  }
}

/**
 * The name under which something secret can be found again: HMAC-SHA-256 over purpose and text, 32 bytes.
 * The purpose keeps equal texts of different uses apart.
 */
export function lookUp(key: KeyObject, purpose: string, text: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0${text}`, 'utf8').digest();
}
