import { createHmac, randomBytes } from 'node:crypto';

/** A lost tablet is forgotten after this many newer devices. */
const DEVICES_PER_ACCOUNT = 20;

/** A new device's id: 32 random bytes, base64url. A secret; it stands in the device's token only. */
export function newDeviceId(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What an account keeps of a device, hex: HMAC-SHA-256 of the account's id under the device's secret id. Neither the
 * same device at two accounts nor the device itself can be told from it.
 */
export function deviceMark(deviceId: string, accountId: string): string {
  return createHmac('sha256', deviceId).update(accountId).digest('hex');
}

/** The account's devices with this one as the most recent; at most 20, the one unused for longest goes. */
export function withDevice(devices: readonly string[], mark: string): readonly string[] {
  return [...devices.filter((known) => known !== mark), mark].slice(-DEVICES_PER_ACCOUNT);
}
