/** Values that may leave the service in telemetry: never personal data, secrets, request bodies or query strings. */
export type TelemetryProperties = Readonly<Record<string, string | number | boolean>>;

/**
 * Where operators watch the service. No method throws or waits: losing telemetry must never fail the work.
 * Names are kebab-case and stable: alert rules name them.
 */
export interface Telemetry {
  /** Something happened that operators count or look up. Never sampled away. */
  event(name: string, properties?: TelemetryProperties): void;
  /** One measured value. */
  measure(name: string, value: number, properties?: TelemetryProperties): void;
  /** A person should look. */
  alert(name: string, properties?: TelemetryProperties): void;
  /** An unexpected error, for engineers. */
  error(error: unknown, properties?: TelemetryProperties): void;
}
