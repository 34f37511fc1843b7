import { type HashingPlace, PasswordHasher } from '../../../src/domain/sign-in/password-hasher.ts';

/** A hasher whose hashes cost nothing, for tests that are not about hashing. Counts like the real one. */
export class CheapHasher extends PasswordHasher {
  /** Passwords are compared no sooner than this, as if a hash took its time. */
  until: Promise<void> = Promise.resolve();
  #count = 0;
  readonly #cheapPlace: HashingPlace = {
    hash: async (password) => {
      this.#count += 1;
      return `cheap:${password}`;
    },
    verify: async (password, stored) => {
      this.#count += 1;
      await this.until;
      return { matches: stored === `cheap:${password}`, needsRehash: false };
    },
  };

  override get count(): number {
    return this.#count;
  }

  /** Gives places as the real one does, and refuses as it does when all are taken. */
  override withPlace<T>(work: (place: HashingPlace) => Promise<T>): Promise<T> {
    return super.withPlace(() => work(this.#cheapPlace));
  }
}
