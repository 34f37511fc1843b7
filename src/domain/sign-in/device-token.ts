import { DAY } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import { SignedTokens, type TokenSort } from './signed-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface DeviceClaims {
  /** The device's secret id; see `newDeviceId`. */
  readonly device: string;
}

export type DeviceTokens = SignedTokens<DeviceClaims>;

/**
 * Life of the device's token and cookie: the longest that browsers keep one (RFC 6265bis). The signing key's 104
 * days are the tighter bound, so each successful sign-in gives the token anew, with the same device id.
 */
export const DEVICE_TOKEN_LIFE = 400 * DAY;

const DEVICE_TOKEN: TokenSort<DeviceClaims> = {
  typ: 'leyserkids-device+jwt',
  audience: 'leyserkids-device',
  life: DEVICE_TOKEN_LIFE,
  toPayload: ({ device }) => ({ sub: device }),
  fromPayload: ({ sub }) => (typeof sub === 'string' ? { device: sub } : undefined),
};

export function deviceTokens(keys: SigningKeys, clock: Clock): DeviceTokens {
  return new SignedTokens(DEVICE_TOKEN, keys, clock);
}
