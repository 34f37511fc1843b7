import type { KeyVaultSecret } from '@azure/keyvault-secrets';
import type { SecretVersion, TenantKeyVault } from '../../ports/secret-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { refusedWith, restFailure } from '../azure-rest/rest-failure.ts';
import { type KeyVaultOptions, SecretRequests } from './secret-requests.ts';

/** Key Vault's rule for names. */
const NAME = /^[A-Za-z0-9-]{1,127}$/;

/** What Key Vault says of a secret that is not there. A 404 without it is no answer of a vault. */
const NOT_FOUND = 'SecretNotFound';
const DISABLED = 'SecretDisabled';
/** Said from a deletion's acceptance until it has taken effect. */
const BEING_DELETED = 'ObjectIsBeingDeleted';

/** How long a deletion takes: the interval in which the SDK asks whether it is over. */
const DELETION_MS = 2_000;

/** A walk through all pages; Key Vault gives 25 names each, so some 4,000 secrets at 100 ms a page. */
const WALK_MS = 30_000;

/**
 * A vault of Azure. Nothing is asked of it before the first call. A deletion takes effect with delay: until then neither
 * the secret nor the deleted secret need be found, so `state` can be `absent` although a deleted secret is about to
 * appear. `purge` tells: it throws `busy` until then. After `set` ended as `unclear`, a version may stand that nobody names.
 */
export function openKeyVault(options: KeyVaultOptions): TenantKeyVault {
  const requests = new SecretRequests(options);
  return {
    async get(name, version) {
      requireName(name);
      return requests.send<SecretVersion | undefined>(
        { operation: 'get', writing: false },
        async (client, call) =>
          secretVersion(await client.getSecret(name, { ...call, ...(version !== undefined && { version }) })),
        whenRefused([NOT_FOUND, DISABLED, BEING_DELETED], undefined),
      );
    },

    async set(name, value) {
      requireName(name);
      return requests.send(
        { operation: 'set', writing: true, repeatable: false },
        async (client, call) => secretVersion(await client.setSecret(name, value, call)),
        (error) => {
          if (restFailure(error).status !== 409) throw error;
          throw new StoreError('conflict', `secret ${name} is deleted and not purged`);
        },
      );
    },

    async delete(name) {
      requireName(name);
      await requests.send(
        { operation: 'delete', writing: true },
        async (client, call) => {
          await client.beginDeleteSecret(name, call);
        },
        whenRefused([NOT_FOUND, BEING_DELETED], undefined),
      );
    },

    async purge(name) {
      requireName(name);
      await requests.send(
        { operation: 'purge', writing: true },
        (client, call) => client.purgeDeletedSecret(name, call),
        (error) => {
          if (refusedWith(error, NOT_FOUND)) return;
          if (restFailure(error).status !== 409) throw error;
          throw new StoreError('busy', `secret ${name} is being deleted`, { retryAfterMs: DELETION_MS });
        },
      );
    },

    async state(name) {
      requireName(name);
      const standing = await requests.send<'present' | 'deleted' | undefined>(
        { operation: 'get', writing: false },
        async (client, call) => {
          await client.getSecret(name, call);
          return 'present';
        },
        (error) => {
          if (refusedWith(error, DISABLED)) return 'present';
          if (refusedWith(error, BEING_DELETED)) return 'deleted';
          return whenRefused([NOT_FOUND], undefined)(error);
        },
      );
      if (standing !== undefined) return standing;
      return requests.send<'deleted' | 'absent'>(
        { operation: 'get deleted', writing: false },
        async (client, call) => {
          await client.getDeletedSecret(name, call);
          return 'deleted';
        },
        whenRefused([NOT_FOUND], 'absent'),
      );
    },

    async *names() {
      const walk = { operation: 'list', writing: false, attemptMs: WALK_MS };
      // Those that stand first, so that one that is deleted meanwhile is met twice rather than never.
      const names = await requests.send(walk, async (client, { abortSignal }) => {
        const found = new Set<string>();
        for await (const { name } of client.listPropertiesOfSecrets({ abortSignal })) found.add(name);
        for await (const { name } of client.listDeletedSecrets({ abortSignal })) found.add(name);
        return found;
      });
      yield* names;
    },
  };
}

function requireName(name: string): void {
  if (!NAME.test(name)) throw new RangeError('not a name of a secret');
}

function whenRefused<T>(codes: readonly string[], value: T): (error: unknown) => T {
  return (error) => {
    if (refusedWith(error, ...codes)) return value;
    throw error;
  };
}

/** What is thrown here counts as an answer that cannot be read. */
function secretVersion({ value, properties: { version, createdOn } }: KeyVaultSecret): SecretVersion {
  const createdAt = createdOn?.getTime() ?? Number.NaN;
  if (value === undefined || !version || Number.isNaN(createdAt)) throw new Error('no secret');
  return { version, value, createdAt };
}
