import type { TokenCredential } from '@azure/identity';
import { loadedOnce } from '../azure-rest/loaded-once.ts';

/**
 * Tokens of the identity that the platform gave this app (`clientId`); without one, of whoever is signed in with the az CLI
 * or as else the library finds out. The library is loaded with the first token, after everything is registered: it is the
 * largest that a start needs. `getToken` throws as the library does, and StoreError `unavailable` when it cannot be loaded.
 */
export function openCredential(clientId: string | undefined): TokenCredential {
  const credential = loadedOnce("Entra ID's library", async () => {
    const { identityCredential } = await import('./identity-credential.ts');
    return identityCredential(clientId);
  });
  return { getToken: async (scopes, options) => (await credential()).getToken(scopes, options) };
}
