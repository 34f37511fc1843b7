import type { TokenCredential } from '@azure/identity';
import { StartError } from '../../model/start-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { ExporterOptions } from './insights-client.ts';
import { type ClosableTelemetry, loadedLater } from './loaded-later.ts';
import { tellingRefusals } from './refusals.ts';

export interface AppInsightsOptions {
  /** As Azure gives it; names the resource and its addresses and is no secret. */
  readonly connectionString: string;
  /** Application Insights takes telemetry of nobody else. */
  readonly credential: TokenCredential;
  readonly clock: Clock;
  /** Where operators read when Application Insights takes nothing: the terminal, whose lines the host keeps. */
  readonly fallback: Telemetry;
  /** More options of the library's exporter: a test puts its own transport. */
  readonly exporter?: ExporterOptions;
}

/** The setting of the platform; src/config.ts reads it. */
const SETTING = 'APPLICATIONINSIGHTS_CONNECTION_STRING';

/** The key names the resource in every message. */
const KEY = /(?:^|;)\s*InstrumentationKey=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*(?:;|$)/i;
const ADDRESS = /(?:^|;)\s*IngestionEndpoint=([^;]*)/i;

/**
 * Telemetry in Application Insights. Events and alerts become rows of AppEvents, an alert with the property
 * `alert` = "true"; measures become AppMetrics, one row a minute for each set of properties (those below zero AppEvents with
 * the measurement `value`); errors become AppExceptions. Names and properties stay as they are, and nothing is sampled.
 * A connection that is refused is told to the fallback.
 * Throws StartError when the connection string names no resource or an address without https.
 */
export function openAppInsights(options: AppInsightsOptions): ClosableTelemetry {
  const { connectionString, credential, clock, fallback, exporter = {} } = options;
  requireConnectionString(connectionString);
  const load = async () => {
    const { openInsightsClient } = await import('./insights-client.ts');
    const additionalPolicies = [tellingRefusals(fallback), ...(exporter.additionalPolicies ?? [])];
    return openInsightsClient(connectionString, { ...exporter, credential, additionalPolicies });
  };
  return loadedLater({ load, clock, fallback });
}

function requireConnectionString(text: string): void {
  const address = ADDRESS.exec(text)?.[1]?.trim() ?? '';
  if (KEY.test(text) && URL.canParse(address) && new URL(address).protocol === 'https:') return;
  throw new StartError({
    ja: `設定「${SETTING}」が使えません。Application Insights の「接続文字列」を、InstrumentationKey から https の IngestionEndpoint まで、そのまま入れてください。`,
    en: `The setting ${SETTING} cannot be used: it must be the connection string of Application Insights, with its InstrumentationKey and an https IngestionEndpoint.`,
  });
}
