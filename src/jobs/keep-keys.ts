import { newSigningSecret, rotationDue, SIGNING_SECRET } from '../domain/sign-in/signing-keys.ts';
import { MINUTE } from '../model/instant.ts';
import type { SecretReader, SecretWriter } from '../ports/secret-store.ts';
import type { Job, JobPorts } from './job.ts';

export interface KeepKeysContext extends JobPorts {
  readonly serviceKeys: SecretReader & SecretWriter;
}

/**
 * Makes the key that signs sessions, and a new version every 90 days or as soon as the newest was withdrawn. Two instances
 * at once, past the lease, may each make a version: nobody is signed out by that, because every version is accepted by its
 * name, and a new one signs only after 2 h, when all instances know which is the newest. It looks every minute, because
 * without a usable key nobody can sign in.
 */
export const keepKeys: Job<KeepKeysContext> = {
  name: 'keep-keys',
  schedule: '30 * * * * *',
  role: 'jobs',
  leaseFor: MINUTE,
  async run({ clock, telemetry, serviceKeys }, run) {
    const newest = await serviceKeys.get(SIGNING_SECRET);
    if (rotationDue(newest, clock.now())) {
      const { version } = await serviceKeys.set(SIGNING_SECRET, newSigningSecret(newest?.version ?? null));
      telemetry.event('signing-key-made', { version, run: run.id });
    }
  },
};
