import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Failure } from '../../model/failure.ts';
import { preparedPassword } from './password-rule.ts';

/** Argon2id, 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet, and NIST SP 800-63B-4, 3.1.1.2. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
const SALT_BYTES = 16;
/** Argon2id's number in `Algorithm`, a const enum that erasable TypeScript cannot read. */
const ARGON2ID = 2;

/** Two fill the host's cores; 32 more wait some 0.2 s at most. */
const IN_FLIGHT = 2;
const WAITING = 32;
const RETRY_AFTER_SECONDS = 2;

/** A hash of nothing that anybody knows, with the cost of a real one. */
const DUMMY = [
  '$argon2id$v=19',
  `m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}`,
  base64(SALT_BYTES),
  base64(PARAMETERS.outputLen),
].join('$');

/** What a verification found. */
export interface Verdict {
  readonly matches: boolean;
  /** The password matches, and its hash was made with other parameters than today's: store a new one. */
  readonly needsRehash: boolean;
}

/** What the holder of a place can have computed. */
export interface HashingPlace {
  /** The password's hash in PHC form, with a salt of its own. */
  hash(password: string): Promise<string>;
  /**
   * Compares a password with a stored hash. Without one it does the same work and never matches, so that an id that
   * does not exist cannot be told by its cost. Throws when the stored text is no argon2 hash.
   */
  verify(password: string, stored: string | null | undefined): Promise<Verdict>;
}

/**
 * Hashes passwords: 2 at a time, 32 places to wait. Passwords are taken in their NFKC form (`preparedPassword`), here
 * and nowhere else.
 */
export class PasswordHasher {
  #taken = 0;
  #running = 0;
  readonly #queue: (() => void)[] = [];
  #count = 0;
  readonly #place: HashingPlace = {
    hash: (password) => this.#run(() => hash(preparedPassword(password), PARAMETERS)),
    verify: (password, stored) => this.#run(() => verdict(password, stored ?? undefined)),
  };

  /** How many hashes were computed: verifications, those without a stored hash too, and new ones. */
  get count(): number {
    return this.#count;
  }

  /**
   * Runs `work` with a place of its own, given before any of it begins. Throws Failure `busy` with Retry-After at once,
   * and does nothing, when all 34 are taken: refuse callers here, before any store call.
   */
  async withPlace<T>(work: (place: HashingPlace) => Promise<T>): Promise<T> {
    if (this.#taken >= IN_FLIGHT + WAITING) {
      throw new Failure('busy', { retryAfter: RETRY_AFTER_SECONDS, detail: 'too many passwords to check' });
    }
    this.#taken += 1;
    try {
      return await work(this.#place);
    } finally {
      this.#taken -= 1;
    }
  }

  async #run<T>(compute: () => Promise<T>): Promise<T> {
    if (this.#running < IN_FLIGHT) this.#running += 1;
    else await new Promise<void>((resume) => this.#queue.push(resume));
    try {
      this.#count += 1;
      return await compute();
    } finally {
      // The turn is handed over, not given back, so that nobody overtakes who waits.
      const next = this.#queue.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

async function verdict(password: string, stored: string | undefined): Promise<Verdict> {
  const equal = await verify(stored ?? DUMMY, preparedPassword(password));
  const matches = equal && stored !== undefined;
  return { matches, needsRehash: matches && hasOtherParameters(stored) };
}

function hasOtherParameters(stored: string): boolean {
  const made = parseOptions(stored);
  return (
    (made.algorithm as number) !== ARGON2ID ||
    made.memoryCost !== PARAMETERS.memoryCost ||
    made.timeCost !== PARAMETERS.timeCost ||
    made.parallelism !== PARAMETERS.parallelism ||
    made.outputLen !== PARAMETERS.outputLen ||
    made.saltLen !== SALT_BYTES
  );
}

/** Random bytes in the PHC string format's base64, which has no padding. */
function base64(bytes: number): string {
  return randomBytes(bytes).toString('base64').replace(/=+$/, '');
}
