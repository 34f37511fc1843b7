/** Values that may leave the service in telemetry: never personal data, secrets, request bodies or query strings. */
export type TelemetryProperties = Readonly<Record<string, string | number | boolean>>;

/**
 * The property, `true`, that marks what `alert` raised where alerts and events go to the same place: the rule that tells people
 * finds every alert by it, whatever its name.
 */
export const ALERT_MARK = 'alert';

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
