import type { Clock } from '../../ports/clock.ts';
import { ALERT_MARK, type Telemetry } from '../../ports/telemetry.ts';
import type { InsightsClient } from './insights-client.ts';
import { sentError, sentProperties } from './sent-values.ts';

export interface ClosableTelemetry extends Telemetry {
  /** Sends what is still here, within 5 s; what is not sent by then is lost. Never throws. */
  close(): Promise<void>;
}

export interface LoadedLaterOptions {
  /** Brings the client; called once at most. */
  readonly load: () => Promise<InsightsClient>;
  readonly clock: Clock;
  /** Takes the calls when the client cannot be loaded. */
  readonly fallback: Telemetry;
}

/** Loading keeps the processor busy for a good part of a second: first calls get their answers before. */
const LOAD_AFTER_MS = 1_000;

/** Calls kept until then. One is some hundred bytes. */
const KEPT_MAX = 2_000;

const CLOSE_MS = 5_000;

type Call = (client: InsightsClient) => void;

/**
 * Telemetry whose client is loaded a second after the first call. Until then calls wait in order; those above 2,000 are
 * counted, and an alert tells how many were lost. The time of what waited is that of its sending.
 */
export function loadedLater({ load, clock, fallback }: LoadedLaterOptions): ClosableTelemetry {
  const closing = new AbortController();
  let kept: { readonly send: Call; readonly tell: () => void }[] = [];
  let lost = 0;
  let client: InsightsClient | undefined;
  let failed = false;
  let loading: Promise<void> | undefined;

  const send = (call: Call, tell: () => void) => {
    try {
      if (client !== undefined) return call(client);
      if (failed) return tell();
      if (kept.length < KEPT_MAX) kept.push({ send: call, tell });
      else lost += 1;
      loading ??= become();
    } catch {
      // No method of telemetry throws.
    }
  };

  const become = async () => {
    try {
      await clock.sleep(LOAD_AFTER_MS, closing.signal).catch(() => undefined);
      client = await load();
    } catch (error) {
      failed = true;
      fallback.error(error, { loading: 'application-insights' });
    }
    const waiting = kept;
    kept = [];
    for (const each of waiting) send(each.send, each.tell);
    if (lost > 0) telemetry.alert('telemetry-lost', { count: lost });
  };

  const telemetry: ClosableTelemetry = {
    event(name, properties) {
      const sent = sentProperties(properties);
      send(
        (to) => to.event(name, sent),
        () => fallback.event(name, sent),
      );
    },
    measure(name, value, properties) {
      const sent = sentProperties(properties);
      send(
        (to) => to.measure(name, value, sent),
        () => fallback.measure(name, value, sent),
      );
    },
    alert(name, properties) {
      const sent = sentProperties(properties);
      send(
        (to) => to.event(name, { ...sent, [ALERT_MARK]: 'true' }),
        () => fallback.alert(name, sent),
      );
    },
    error(error, properties) {
      const sent = sentProperties(properties);
      const shown = sentError(error);
      send(
        (to) => to.error(shown, sent),
        () => fallback.error(error, sent),
      );
    },
    async close() {
      closing.abort('closing');
      const finished = new AbortController();
      const ended = (async () => {
        await loading;
        await client?.close();
      })();
      const late = clock.sleep(CLOSE_MS, finished.signal);
      await Promise.race([ended, late]).catch(() => undefined);
      finished.abort('finished');
      late.catch(() => undefined);
    },
  };
  return telemetry;
}
