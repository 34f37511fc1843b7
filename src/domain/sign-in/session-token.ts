import type { Clock } from '../../ports/clock.ts';
import { SESSION_LIFE } from './sessions.ts';
import { SignedTokens, type TokenSort } from './signed-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What a session's token says. It proves nothing alone: the account must still hold the secret's hash. */
export interface SessionClaims {
  readonly tenant: string;
  /** The account's id. */
  readonly account: string;
  /** The session's secret. */
  readonly secret: string;
}

export type SessionTokens = SignedTokens<SessionClaims>;

const SESSION_TOKEN: TokenSort<SessionClaims> = {
  typ: 'leyserkids-session+jwt',
  audience: 'leyserkids-session',
  life: SESSION_LIFE,
  toPayload: ({ tenant, account, secret }) => ({ tid: tenant, sub: account, sid: secret }),
  fromPayload: ({ tid, sub, sid }) =>
    typeof tid === 'string' && typeof sub === 'string' && typeof sid === 'string'
      ? { tenant: tid, account: sub, secret: sid }
      : undefined,
};

export function sessionTokens(keys: SigningKeys, clock: Clock): SessionTokens {
  return new SignedTokens(SESSION_TOKEN, keys, clock);
}
