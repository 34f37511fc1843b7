import { TelemetryClient } from 'applicationinsights';
import type { SentError } from './sent-values.ts';

/** Where telemetry goes once the library is there. */
export interface InsightsClient {
  event(name: string, properties: Record<string, string>): void;
  measure(name: string, value: number, properties: Record<string, string>): void;
  error(error: SentError, properties: Record<string, string>): void;
  /** Sends what is still here and ends. */
  close(): Promise<void>;
}

export type ExporterOptions = NonNullable<
  NonNullable<TelemetryClient['config']['azureMonitorOpenTelemetryOptions']>['azureMonitorExporterOptions']
>;

/**
 * The library's client with providers of its own: nothing of the process is instrumented and nothing is collected but what
 * is sent here. Requests are told by the Functions host, sampled as host.json says; nothing here is sampled. The only file
 * that imports the library, which takes most of a cold start: it is loaded when it is needed.
 */
export function openInsightsClient(connectionString: string, options: ExporterOptions): InsightsClient {
  const client = new TelemetryClient(connectionString, { useGlobalProviders: false });
  client.config.samplingPercentage = 100;
  client.config.azureMonitorOpenTelemetryOptions = { azureMonitorExporterOptions: { ...options, connectionString } };
  client.initialize();
  return {
    event: (name, properties) => client.trackEvent({ name, properties }),
    measure: (name, value, properties) => {
      // Metrics of this library are histograms, which drop what is below zero without a word.
      if (value < 0) client.trackEvent({ name, properties, measurements: { value } });
      else client.trackMetric({ name, value, properties });
    },
    error: ({ name, message, frames, causes }, properties) => {
      // Without the line of name and message, which the library could take for a place.
      const exception = Object.assign(new Error(message), { name, stack: frames.join('\n') });
      const cause = causes.length === 0 ? {} : { cause: causes.join(' < ') };
      client.trackException({ exception, properties: { ...properties, ...cause } });
    },
    close: () => client.shutdown(),
  };
}
