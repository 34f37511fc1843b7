import { newSigningSecret } from '../../../src/domain/sign-in/signing-keys.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { SecretReader, SecretVersion } from '../../../src/ports/secret-store.ts';
import { StoreError } from '../../../src/ports/store-error.ts';

/** A vault of one secret whose versions a test makes, withdraws, and counts the calls for. */
export class FakeSigningVault implements SecretReader {
  readonly #clock: Clock;
  readonly #versions: SecretVersion[] = [];
  readonly #disabled = new Set<string>();
  reads = 0;
  down = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a version that names the one before, and returns its name. */
  add(): string {
    const previous = this.#versions.at(-1)?.version ?? null;
    const version = `version-${this.#versions.length + 1}`;
    this.#versions.push({ version, value: newSigningSecret(previous), createdAt: this.#clock.now() });
    return version;
  }

  disable(version: string): void {
    this.#disabled.add(version);
  }

  get newest(): SecretVersion | undefined {
    return this.#versions.at(-1);
  }

  async get(_name: string, version?: string): Promise<SecretVersion | undefined> {
    this.reads += 1;
    if (this.down) throw new StoreError('unavailable', 'the vault does not answer');
    const found =
      version === undefined ? this.#versions.at(-1) : this.#versions.find((candidate) => candidate.version === version);
    return found === undefined || this.#disabled.has(found.version) ? undefined : found;
  }
}
