import { describe, expect, test } from 'vitest';
import type { Telemetry } from '../../src/ports/telemetry.ts';

export interface TelemetryFixture {
  readonly telemetry: Telemetry;
  /** What has arrived where operators look, one text for each call, in order. */
  arrived(): Promise<readonly string[]>;
  /** From now on the place where telemetry goes takes nothing. */
  breakSink(): void;
}

function hostileErrors(): unknown[] {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  const causedByItself = new Error('loop');
  causedByItself.cause = causedByItself;
  const unreadable = new Error('unreadable');
  Object.defineProperty(unreadable, 'message', {
    get() {
      throw new Error('no message');
    },
  });
  return [null, undefined, 0, 'text', Symbol('s'), circular, Object.create(null), causedByItself, unreadable, () => 1];
}

/** What every `Telemetry` keeps. */
export function telemetryContract(name: string, make: () => TelemetryFixture): void {
  describe(`telemetry: ${name}`, () => {
    test('events, measures, alerts and errors arrive with name, value and properties, in order', async () => {
      const { telemetry, arrived } = make();
      telemetry.event('backup-done', { tenant: 'sakura', documents: 12, whole: true });
      telemetry.measure('clock-offset', -3.5, { store: 'data' });
      telemetry.alert('key-missing', { tenant: 'momiji' });
      telemetry.error(new TypeError('broken', { cause: new Error('deeper') }), { job: 'keep-logs' });
      const texts = await arrived();
      expect(texts).toHaveLength(4);
      const wanted = [
        ['backup-done', 'tenant', 'sakura', 'documents', '12', 'whole', 'true'],
        ['clock-offset', '-3.5', 'store', 'data'],
        ['key-missing', 'tenant', 'momiji'],
        ['TypeError', 'broken', 'deeper', 'job', 'keep-logs'],
      ];
      for (const [n, words] of wanted.entries()) for (const word of words) expect(texts[n]).toContain(word);
    });

    test('what is thrown always arrives, whatever it is', async () => {
      const { telemetry, arrived } = make();
      for (const thrown of hostileErrors()) expect(telemetry.error(thrown)).toBeUndefined();
      expect(await arrived()).toHaveLength(hostileErrors().length);
    });

    test('no method throws or waits when nothing takes the telemetry', () => {
      const { telemetry, breakSink } = make();
      breakSink();
      expect(telemetry.event('a')).toBeUndefined();
      expect(telemetry.measure('b', 1)).toBeUndefined();
      expect(telemetry.alert('c')).toBeUndefined();
      for (const thrown of hostileErrors()) expect(telemetry.error(thrown)).toBeUndefined();
    });
  });
}
