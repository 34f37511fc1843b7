import type { TokenCredential } from '@azure/identity';
import type { GetSecretOptions, SecretClient, SecretClientOptions } from '@azure/keyvault-secrets';
import type { Clock } from '../../ports/clock.ts';
import { attempts } from '../azure-rest/attempts.ts';
import { loadedOnce } from '../azure-rest/loaded-once.ts';
import { restFailure } from '../azure-rest/rest-failure.ts';

export interface KeyVaultOptions {
  /** Address of the vault, e.g. `https://example.vault.azure.net`. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /** Measures attempts and waits. */
  readonly clock: Clock;
  /** More options of the SDK's client: a test lets it speak to a double. */
  readonly client?: SecretClientOptions;
}

/** What a call gives to the SDK. */
type CallOptions = Required<Pick<GetSecretOptions, 'abortSignal' | 'onResponse'>>;
type RawAnswer = Parameters<CallOptions['onResponse']>[0];

/** What is sent. */
export interface SecretRequest {
  /** For the log. */
  readonly operation: string;
  readonly writing: boolean;
  /** Whether it may be done twice; true unless told. */
  readonly repeatable?: boolean;
  /** One attempt takes no longer. */
  readonly attemptMs?: number;
}

/** Key Vault answers within 100 ms nearly always. */
const ATTEMPT_MS = 10_000;

/**
 * The requests that are made of one vault, all of them ending in time and with StoreError as `attempts` says. The library is
 * loaded by the first of them.
 */
export class SecretRequests {
  readonly #client: () => Promise<SecretClient>;
  readonly #clock: Clock;
  readonly #vault: string;

  constructor({ endpoint, credential, clock, client }: KeyVaultOptions) {
    this.#client = loadedOnce("Key Vault's library", async () => {
      const { secretClient } = await import('./secret-client.ts');
      return secretClient(endpoint, credential, client);
    });
    this.#clock = clock;
    this.#vault = new URL(endpoint).host;
  }

  /**
   * What `call` brings, or what `refused` makes of its error; by default that is thrown. An error carries status, headers
   * and body as they came: the SDK's own loses them when the answer is not as it expects.
   */
  async send<T>(
    { operation, writing, repeatable = true, attemptMs = ATTEMPT_MS }: SecretRequest,
    call: (client: SecretClient, options: CallOptions) => Promise<T>,
    refused: (error: unknown) => T = rethrow,
  ): Promise<T> {
    const client = await this.#client();
    const sent = { what: `${this.#vault} ${operation}`, writing, repeatable, attemptMs };
    return attempts(this.#clock, sent, async (abortSignal) => {
      let answer: RawAnswer | undefined;
      const onResponse = (raw: RawAnswer) => {
        answer = raw;
      };
      try {
        return await call(client, { abortSignal, onResponse });
      } catch (error) {
        return refused(withAnswer(error, answer));
      }
    });
  }
}

function rethrow(error: unknown): never {
  throw error;
}

function withAnswer(error: unknown, answer: RawAnswer | undefined): unknown {
  if (answer === undefined || restFailure(error).broken) return error;
  return Object.assign(new Error('an answer that is none'), { statusCode: answer.status, response: answer });
}
