import { v7 } from 'uuid';
import type { EpochMs } from '../model/instant.ts';

/** A new id: UUID v7 (RFC 9562), ordered by time. */
export function newId(now: EpochMs): string {
  return v7({ msecs: now });
}

/** UUID of version 7 in lower case, the only form in which clients may choose ids. */
export const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Any id that the service gives to records, accounts and events: UUID v7, or v8 where it is derived. */
export const UUID_OF_SERVICE = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A UUID v8 (RFC 9562, section 5.8) made of the first 122 free bits of a digest of at least 16 bytes. */
export function idFromDigest(digest: Buffer): string {
  const bytes = Buffer.from(digest.subarray(0, 16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
