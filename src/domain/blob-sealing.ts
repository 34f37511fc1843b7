import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Binding, type DataKey, SealBroken } from './sealing.ts';

/** What sealed bytes belong to: they open only in this tenant and under this name. */
export interface BlobBinding {
  readonly tenantId: string;
  readonly name: string;
}

const FORMAT = Buffer.from('LSKb1');
const CIPHER = 'aes-256-gcm';
/** As in `sealing.ts`: NIST SP 800-38D. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals bytes for a blob: format, length and text of the key version, IV, ciphertext, tag. Every call gives other bytes;
 * they are 34 longer than the content and the key version. RangeError for a key version of more than 255 bytes.
 */
export function sealBlob(dataKey: DataKey, binding: BlobBinding, content: Uint8Array): Uint8Array {
  const version = Buffer.from(dataKey.version);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, dataKey.key, iv);
  cipher.setAAD(associatedData(binding, dataKey.version));
  const header = [FORMAT, Buffer.from([requireShort(version.length)]), version, iv];
  return Buffer.concat([...header, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** The version of the key that sealed bytes name. Throws SealBroken when they have not the form of any. */
export function blobKeyVersion(binding: BlobBinding, sealed: Uint8Array): string {
  return split(binding, sealed).version;
}

/** Opens sealed bytes. Throws SealBroken when they were changed or cut, belong elsewhere or were sealed under another key. */
export function openBlob(dataKey: DataKey, binding: BlobBinding, sealed: Uint8Array): Uint8Array {
  const { version, rest } = split(binding, sealed);
  if (version !== dataKey.version) throw broken(binding);
  const decipher = createDecipheriv(CIPHER, dataKey.key, rest.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(binding, version));
  decipher.setAuthTag(rest.subarray(rest.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(rest.subarray(IV_BYTES, rest.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw broken(binding);
  }
}

function split(binding: BlobBinding, sealed: Uint8Array): { readonly version: string; readonly rest: Buffer } {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const versionAt = FORMAT.length + 1;
  const restAt = versionAt + (bytes[FORMAT.length] ?? 0);
  const whole = restAt > versionAt && bytes.length >= restAt + IV_BYTES + TAG_BYTES;
  if (!whole || !bytes.subarray(0, FORMAT.length).equals(FORMAT)) throw broken(binding);
  return { version: bytes.toString('utf8', versionAt, restAt), rest: bytes.subarray(restAt) };
}

function associatedData({ tenantId, name }: BlobBinding, version: string): Buffer {
  return Buffer.from(JSON.stringify([FORMAT.toString(), version, tenantId, name]));
}

function requireShort(length: number): number {
  if (length > 255) throw new RangeError('the version of a key is too long');
  return length;
}

function broken({ tenantId, name }: BlobBinding): SealBroken {
  return new SealBroken({ tenantId, kind: 'blob', id: name, part: 'body' } satisfies Binding);
}
