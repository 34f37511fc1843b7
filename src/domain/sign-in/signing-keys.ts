import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { Failure } from '../../model/failure.ts';
import { DAY, type EpochMs, HOUR, MINUTE, SECOND } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SecretReader, SecretVersion } from '../../ports/secret-store.ts';
import { BoundedMap } from '../bounded-map.ts';

/** The service key's name in its vault. */
export const SIGNING_SECRET = 'session-signing';

/** One version of the service key; `version` is the tokens' `kid`. */
export interface SigningKey {
  readonly version: string;
  readonly key: KeyObject;
  readonly createdAt: EpochMs;
}

const ROTATED_AFTER = 90 * DAY;
const ACCEPTED_FOR = 104 * DAY;
const SIGNS_AFTER = 2 * HOUR;
const REMEMBERED_FOR = 5 * MINUTE;
/** How long "there is no key" is remembered, and when a caller may ask again. */
const ABSENCE_REMEMBERED_FOR = 5 * SECOND;
/** Versions followed back from the newest: with one every 90 days, far more than are accepted at a time. */
const CHAIN_LENGTH = 16;
/**
 * Versions looked for by a token's claim alone, remembered and per 5 minutes: a claim is unsigned, so nobody may turn
 * made-up ones into calls of the vault.
 */
const NAMED_LOOK_UPS = 32;
const VERSION = /^[0-9A-Za-z-]{1,64}$/;

/** Whether `keep-keys` is to make a new version: there is no usable one, or the newest is 90 days old. */
export function rotationDue(newest: SecretVersion | undefined, now: EpochMs): boolean {
  return newest === undefined || now >= newest.createdAt + ROTATED_AFTER;
}

/** The value of a new version: 32 random bytes, and the version before it (null for the first, or when it is not known). */
export function newSigningSecret(previous: string | null): string {
  return JSON.stringify({ key: randomBytes(32).toString('base64url'), previous });
}

interface Remembered<T> {
  readonly value: T;
  readonly until: number;
}

/**
 * The keys that sign and check tokens. A version is accepted until 104 days after its creation; the newest that is 2 h
 * old signs, or the oldest there is when none is, which lets the very first sign at once. What the vault said is
 * remembered for 5 minutes, so a version that was disabled is refused within that time; without the vault nothing is
 * accepted for longer. Every method can throw the StoreErrors of the vault.
 */
export class SigningKeys {
  readonly #vault: SecretReader;
  readonly #clock: Clock;
  #chain: Remembered<readonly SigningKey[]> | undefined;
  #reading: Promise<readonly SigningKey[]> | undefined;
  readonly #named = new BoundedMap<string, Remembered<SigningKey | undefined>>(NAMED_LOOK_UPS);
  #namedSince = Number.NEGATIVE_INFINITY;
  #namedLookUps = 0;

  constructor(vault: SecretReader, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  /** The key that signs now. Throws Failure `starting` with Retry-After while there is none. */
  async signing(): Promise<SigningKey> {
    const now = this.#clock.now();
    const usable = (await this.#newestFirst()).filter((key) => isAccepted(key, now));
    const signing = usable.find((key) => now >= key.createdAt + SIGNS_AFTER) ?? usable.at(-1);
    if (signing === undefined) {
      throw new Failure('starting', { retryAfter: ABSENCE_REMEMBERED_FOR / SECOND, detail: 'no signing key yet' });
    }
    return signing;
  }

  /** The key of this version, or undefined when there is none, it was withdrawn, or its time is over. */
  async accepted(version: string): Promise<SigningKey | undefined> {
    if (!VERSION.test(version)) return undefined;
    const chain = await this.#newestFirst();
    const key = chain.find((candidate) => candidate.version === version) ?? (await this.#byName(version));
    return key !== undefined && isAccepted(key, this.#clock.now()) ? key : undefined;
  }

  #newestFirst(): Promise<readonly SigningKey[]> {
    if (this.#chain !== undefined && this.#clock.monotonic() < this.#chain.until)
      return Promise.resolve(this.#chain.value);
    // One reading for all who wait: the vault allows few calls.
    this.#reading ??= this.#readChain().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readChain(): Promise<readonly SigningKey[]> {
    const since = this.#clock.monotonic();
    const now = this.#clock.now();
    const keys: SigningKey[] = [];
    let secret = await this.#vault.get(SIGNING_SECRET);
    while (secret !== undefined && keys.length < CHAIN_LENGTH) {
      const { key, previous } = opened(secret);
      if (!isAccepted(key, now)) break;
      keys.push(key);
      secret = previous === null ? undefined : await this.#vault.get(SIGNING_SECRET, previous);
    }
    const rememberFor = keys.length === 0 ? ABSENCE_REMEMBERED_FOR : REMEMBERED_FOR;
    this.#chain = { value: keys, until: since + rememberFor };
    return keys;
  }

  /**
   * A version that the chain does not reach: one made since the chain was read, or one behind a version that was
   * withdrawn, whose sessions are to live on.
   */
  async #byName(version: string): Promise<SigningKey | undefined> {
    const since = this.#clock.monotonic();
    const known = this.#named.get(version);
    if (known !== undefined && since < known.until) return known.value;
    if (since >= this.#namedSince + REMEMBERED_FOR) {
      this.#namedSince = since;
      this.#namedLookUps = 0;
    }
    if (this.#namedLookUps >= NAMED_LOOK_UPS) return undefined;
    this.#namedLookUps += 1;
    const secret = await this.#vault.get(SIGNING_SECRET, version);
    const key = secret === undefined ? undefined : opened(secret).key;
    this.#named.set(version, { value: key, until: since + REMEMBERED_FOR });
    return key;
  }
}

function isAccepted(key: SigningKey, now: EpochMs): boolean {
  return now < key.createdAt + ACCEPTED_FOR;
}

function opened(secret: SecretVersion): { readonly key: SigningKey; readonly previous: string | null } {
  const value = JSON.parse(secret.value) as { readonly key: string; readonly previous: string | null };
  const bytes = Buffer.from(value.key, 'base64url');
  // RFC 7518, 3.2: a key for HS256 has at least 256 bits. A weaker one is never used, whoever put it there.
  if (bytes.length < 32) throw new Error(`the signing key ${secret.version} is too short`);
  return {
    key: { version: secret.version, key: createSecretKey(bytes), createdAt: secret.createdAt },
    previous: value.previous,
  };
}
