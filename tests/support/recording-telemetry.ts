import type { Telemetry, TelemetryProperties } from '../../src/ports/telemetry.ts';

export type TelemetryRecord =
  | { readonly type: 'event' | 'alert'; readonly name: string; readonly properties: TelemetryProperties }
  | {
      readonly type: 'measure';
      readonly name: string;
      readonly value: number;
      readonly properties: TelemetryProperties;
    }
  | { readonly type: 'error'; readonly error: unknown; readonly properties: TelemetryProperties };

/** Telemetry that a test reads back, in the order of the calls. */
export class RecordingTelemetry implements Telemetry {
  readonly records: TelemetryRecord[] = [];

  event(name: string, properties: TelemetryProperties = {}): void {
    this.records.push({ type: 'event', name, properties });
  }

  measure(name: string, value: number, properties: TelemetryProperties = {}): void {
    this.records.push({ type: 'measure', name, value, properties });
  }

  alert(name: string, properties: TelemetryProperties = {}): void {
    this.records.push({ type: 'alert', name, properties });
  }

  error(error: unknown, properties: TelemetryProperties = {}): void {
    this.records.push({ type: 'error', error, properties });
  }

  /** Names of all events, or of all alerts. */
  names(type: 'event' | 'alert'): string[] {
    return this.records.flatMap((record) => (record.type === type ? [record.name] : []));
  }
}
