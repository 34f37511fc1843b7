import { createHash } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { SECOND } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { SigningKeys } from './signing-keys.ts';

/** One sort of token. Sorts differ in `typ` and audience, so none is ever taken for another. */
export interface TokenSort<Claims> {
  readonly typ: string;
  readonly audience: string;
  /** Life of a token, milliseconds; whole seconds. */
  readonly life: number;
  readonly toPayload: (claims: Claims) => JWTPayload;
  /** Undefined when a claim is missing or of another type. */
  readonly fromPayload: (payload: JWTPayload) => Claims | undefined;
}

const ISSUER = 'leyserkids';
const ALGORITHM = 'HS256';
/** Tokens of ours have some 500 characters; more is not worth a hash. */
const LONGEST = 2_000;
/** Some 300 bytes each: 3 MB at most. */
const CHECKED_TOKENS = 10_000;

interface Checked<Claims> {
  readonly claims: Claims;
  readonly version: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/**
 * Makes and checks signed tokens (JWT, HS256) of one sort. A token that was checked once is remembered by its digest
 * with the version of its key, which is asked for each time: a withdrawn or aged key refuses remembered tokens too.
 */
export class SignedTokens<Claims> {
  readonly #sort: TokenSort<Claims>;
  readonly #keys: SigningKeys;
  readonly #clock: Clock;
  readonly #checked = new BoundedMap<string, Checked<Claims>>(CHECKED_TOKENS);

  constructor(sort: TokenSort<Claims>, keys: SigningKeys, clock: Clock) {
    this.#sort = sort;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** A new token. Throws Failure `starting` while there is no key, and the vault's StoreErrors. */
  async issue(claims: Claims): Promise<string> {
    const { typ, audience, life, toPayload } = this.#sort;
    const { key, version } = await this.#keys.signing();
    const now = Math.floor(this.#clock.now() / SECOND);
    return new SignJWT(toPayload(claims))
      .setProtectedHeader({ alg: ALGORITHM, typ, kid: version })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + life / SECOND)
      .sign(key);
  }

  /**
   * The claims of a token that this service signed, for this purpose, and that has not expired; undefined for anything
   * else, whatever it is. Throws only the vault's StoreErrors.
   */
  async check(token: string): Promise<Claims | undefined> {
    if (token.length > LONGEST) return undefined;
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.#checked.get(digest);
    if (known === undefined) return this.#verify(token, digest);
    const alive =
      this.#clock.now() < known.expires * SECOND && (await this.#keys.accepted(known.version)) !== undefined;
    if (alive) return known.claims;
    this.#checked.delete(digest);
    return undefined;
  }

  async #verify(token: string, digest: string): Promise<Claims | undefined> {
    const { typ, audience, fromPayload } = this.#sort;
    const kid = keyIdOf(token);
    const key = kid === undefined ? undefined : await this.#keys.accepted(kid);
    if (key === undefined) return undefined;
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify<JWTPayload>(token, key.key, {
        algorithms: [ALGORITHM],
        typ,
        issuer: ISSUER,
        audience,
        requiredClaims: ['exp', 'iat'],
        currentDate: new Date(this.#clock.now()),
      }));
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
    const claims = fromPayload(payload);
    if (claims === undefined || payload.exp === undefined) return undefined;
    this.#checked.set(digest, { claims, version: key.version, expires: payload.exp });
    return claims;
  }
}

/** The `kid` of what may be a token, unverified: it only chooses which of our keys has to fit. */
function keyIdOf(token: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(token);
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    // jose throws on whatever is no header; all of it is the same answer.
    return undefined;
  }
}
