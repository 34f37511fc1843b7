import { type CosmosAccount, openCosmosAccount } from '../../../src/adapters/cosmos/cosmos-account.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Telemetry } from '../../../src/ports/telemetry.ts';
import { RecordingTelemetry } from '../recording-telemetry.ts';
import { type CosmosDouble, DATABASE } from './cosmos-double.ts';

export interface ClientOptions {
  readonly clock: Clock;
  readonly telemetry?: Telemetry;
  /** Who asks; the double tells clients apart by it. */
  readonly client?: string;
}

/** The double's account as one client opens it. The SDK sends Entra tokens over TLS only, so the client names itself. */
export function openAccount(double: Pick<CosmosDouble, 'endpoint'>, options: ClientOptions): Promise<CosmosAccount> {
  const { clock, telemetry = new RecordingTelemetry(), client = 'client-1' } = options;
  return openCosmosAccount({
    endpoint: double.endpoint,
    database: DATABASE,
    authorization: { tokenProvider: async () => client },
    clock,
    telemetry,
  });
}
