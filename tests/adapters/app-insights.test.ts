import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openAppInsights } from '../../src/adapters/app-insights/app-insights.ts';
import { tellingRefusals } from '../../src/adapters/app-insights/refusals.ts';
import { StartError } from '../../src/model/start-error.ts';
import { telemetryContract } from '../contracts/telemetry-contract.ts';
import { CONNECTION_STRING, INSTRUMENTATION_KEY, IngestionDouble } from '../support/azure-doubles/ingestion-double.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

// Otherwise the library tells its maker of itself, over the network.
process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] = 'true';

function start() {
  const insights = new IngestionDouble();
  const fallback = new RecordingTelemetry();
  const clock = new FakeClock();
  const { credential, exporter } = insights;
  const telemetry = openAppInsights({ connectionString: CONNECTION_STRING, credential, clock, fallback, exporter });
  return { insights, fallback, clock, telemetry };
}

telemetryContract('Application Insights', () => {
  const { insights, telemetry } = start();
  return {
    telemetry,
    arrived: async () => {
      await telemetry.close();
      return insights.envelopes.map(({ data }) => JSON.stringify(data));
    },
    breakSink: () => {
      insights.behaviour = 'breaks';
    },
  };
});

describe('what leaves the process', () => {
  test('events and alerts are custom events of their names, an alert with its mark; nothing is sampled', async () => {
    const { insights, telemetry } = start();
    for (let n = 0; n < 200; n += 1) telemetry.event('job-done', { job: 'keep-logs', done: n, whole: true });
    telemetry.alert('backup-missed', { tenant: 'sakura' });
    await telemetry.close();
    const events = insights.envelopes.map(({ data, sampleRate }) => ({ ...data, sampleRate }));
    expect(events).toHaveLength(201);
    expect(events[7]).toMatchObject({
      sampleRate: 100,
      baseType: 'EventData',
      baseData: { name: 'job-done', properties: { job: 'keep-logs', done: '7', whole: 'true' } },
    });
    // The rule that tells people asks for tostring(Properties.alert) == "true".
    expect(events[200]).toMatchObject({
      baseType: 'EventData',
      baseData: { name: 'backup-missed', properties: { tenant: 'sakura', alert: 'true' } },
    });
  });

  test('measures are metrics of their names, one row for each set of properties; none below zero is lost', async () => {
    const { insights, telemetry } = start();
    for (const units of [1, 2.5, 4]) telemetry.measure('cosmos-charge', units, { container: 'tenants' });
    telemetry.measure('cosmos-charge', 9, { container: 'contracts' });
    telemetry.measure('clock-offset', -250, { unit: 'ms' });
    await telemetry.close();
    const metrics = insights.envelopes.filter(({ data }) => data.baseType === 'MetricData');
    expect(metrics.map(({ data: { baseData } }) => [baseData.metrics?.[0], baseData.properties])).toEqual([
      [
        expect.objectContaining({ name: 'cosmos-charge', value: 7.5, count: 3, min: 1, max: 4 }),
        { container: 'tenants' },
      ],
      [expect.objectContaining({ name: 'cosmos-charge', value: 9, count: 1 }), { container: 'contracts' }],
    ]);
    const [below] = insights.envelopes.filter(({ data }) => data.baseType === 'EventData');
    expect(below?.data.baseData).toMatchObject({
      name: 'clock-offset',
      measurements: { value: -250 },
      properties: { unit: 'ms' },
    });
  });

  test('errors are exceptions with their place, causes, trace id and route', async () => {
    const { insights, telemetry } = start();
    const error = new TypeError('broken', { cause: new RangeError('deeper', { cause: new Error('deepest') }) });
    telemetry.error(error, { trace: '0af7651916cd43dd8448eb211c80319c', route: 'GET /api/records/{kind}/{id}' });
    await telemetry.close();
    const [{ data } = { data: undefined }] = insights.envelopes;
    expect(data?.baseType).toBe('ExceptionData');
    const [exception] = data?.baseData.exceptions ?? [];
    expect(exception).toMatchObject({ typeName: 'TypeError', message: 'broken' });
    expect(exception?.parsedStack?.[0]?.fileName).toContain('app-insights.test.ts');
    expect(data?.baseData.properties).toEqual({
      trace: '0af7651916cd43dd8448eb211c80319c',
      route: 'GET /api/records/{kind}/{id}',
      cause: 'RangeError: deeper < Error: deepest',
    });
  });

  test('it goes to the resource of the connection string, under a token of the identity', async () => {
    const { insights, telemetry } = start();
    telemetry.event('a');
    telemetry.measure('b', 1);
    await telemetry.close();
    expect(insights.requests.length).toBeGreaterThan(0);
    for (const { url, authorization } of insights.requests) {
      expect(new URL(url).host).toBe('japaneast-1.in.applicationinsights.azure.com');
      expect(authorization).toBe('Bearer token-of-the-service');
    }
    expect(new Set(insights.scopes)).toEqual(new Set(['https://monitor.azure.com/.default']));
    expect(insights.sent.join('')).toContain(INSTRUMENTATION_KEY);
  });

  test('nothing but what was told: no request, dependency, counter or text of the console', async () => {
    const { insights, telemetry } = start();
    telemetry.event('a');
    await fetch('http://127.0.0.1:1').catch(() => undefined);
    await telemetry.close();
    expect(insights.envelopes.map(({ data }) => data.baseType)).toEqual(['EventData']);
  });

  test.each([
    ['a name', '山田 太郎'],
    ['an address of mail', 'hanako@example.jp'],
    ['a query string', '/api/children?name=Hanako'],
    ['JSON', '{"allergies":"egg"}'],
    ['lines', 'a\nb'],
    ['a long text', 'x'.repeat(201)],
    ['what is no value at all', { allergies: 'egg' } as never],
  ])('%s in a property is withheld', async (_, value) => {
    const { insights, telemetry } = start();
    telemetry.event('a', { value, tenant: 'sakura' });
    telemetry.measure('b', 1, { value });
    telemetry.alert('c', { value });
    telemetry.error(new Error('d'), { value });
    await telemetry.close();
    expect(insights.envelopes).toHaveLength(4);
    for (const { data } of insights.envelopes) expect(data.baseData.properties).toMatchObject({ value: '[withheld]' });
    // Traces and metrics leave in calls of their own, in any order.
    const tenants = insights.envelopes.map(
      ({ data }) => (data.baseData.properties as Record<string, unknown>)['tenant'],
    );
    expect(tenants.filter((tenant) => tenant !== undefined)).toEqual(['sakura']);
    expect(insights.sent.join('')).not.toMatch(/山田|hanako|Hanako|egg|xxx/);
  });

  test.each([
    ['a text in quotes', () => JSON.parse('{"child": "Hanako" oops')],
    ['text in Japanese', () => Promise.reject(new Error('園児 山田 was not found'))],
    ['an address of mail', () => Promise.reject(new Error('no account hanako@example.jp'))],
    ['a line that looks like a place', () => Promise.reject(new Error('x\n    at "Hanako" (file.ts:1:1)'))],
    ['any of that in a cause', () => Promise.reject(new Error('x', { cause: new Error('not "Hanako"') }))],
    ['any of that as its name', () => Promise.reject(Object.assign(new Error('x'), { name: 'Hanako 山田' }))],
  ])('of an error that quotes %s, the quotation stays here', async (_, work) => {
    const { insights, telemetry } = start();
    const error = await (async () => work())().catch((thrown: unknown) => thrown);
    telemetry.error(error);
    await telemetry.close();
    expect(insights.envelopes).toHaveLength(1);
    expect(insights.sent.join('')).not.toMatch(/山田|[Hh]anako/);
  });
});

describe('when Application Insights takes nothing', () => {
  test.each([403, 401, 429, 500, 503] as const)('status %s is told to the fallback', async (status) => {
    const { insights, fallback, telemetry } = start();
    insights.behaviour = status;
    telemetry.event('a');
    await telemetry.close();
    expect(fallback.records).toEqual([
      {
        type: 'alert',
        name: 'telemetry-refused',
        properties: { by: 'application-insights', because: `status ${status}` },
      },
    ]);
  });

  test('its beginning and its end are told once each', async () => {
    const fallback = new RecordingTelemetry();
    const { policy } = tellingRefusals(fallback);
    const request = {} as Parameters<typeof policy.sendRequest>[0];
    for (const status of [200, 403, 403, 200, 200, 0, 0, 503]) {
      const next = async () => {
        if (status === 0) throw Object.assign(new Error('very-secret'), { name: 'CredentialUnavailableError' });
        return { status } as Awaited<ReturnType<typeof policy.sendRequest>>;
      };
      await policy.sendRequest(request, next).catch(() => undefined);
    }
    expect(fallback.records.map((record) => ('name' in record ? [record.name, record.properties] : record))).toEqual([
      ['telemetry-refused', { by: 'application-insights', because: 'status 403' }],
      ['telemetry-taken-again', {}],
      ['telemetry-refused', { by: 'application-insights', because: 'no token (CredentialUnavailableError)' }],
      ['telemetry-refused', { by: 'application-insights', because: 'status 503' }],
    ]);
  });

  test.each(['breaks', 'answers rubbish'] as const)('a transport that %s fails nothing', async (behaviour) => {
    const { insights, telemetry } = start();
    insights.behaviour = behaviour;
    telemetry.event('a');
    telemetry.error(new Error('b'));
    await expect(telemetry.close()).resolves.toBeUndefined();
    expect(insights.requests.length).toBeGreaterThan(0);
  });

  test('silence holds up neither a call nor, for more than 5 s, the end', async () => {
    const { insights, clock, telemetry } = start();
    insights.behaviour = 'is silent';
    telemetry.event('a');
    const closing = telemetry.close();
    while (insights.requests.length === 0) await setImmediate();
    await clock.advance(5_000);
    await expect(closing).resolves.toBeUndefined();
  });
});

describe('the setting', () => {
  const open = (connectionString: string) => () => {
    const { credential } = new IngestionDouble();
    return openAppInsights({
      connectionString,
      credential,
      clock: new FakeClock(),
      fallback: new RecordingTelemetry(),
    });
  };

  test.each([
    '',
    'InstrumentationKey=11111111-2222-3333-4444-555555555555',
    'IngestionEndpoint=https://japaneast-1.in.applicationinsights.azure.com/',
    'InstrumentationKey=short;IngestionEndpoint=https://japaneast-1.in.applicationinsights.azure.com/',
    CONNECTION_STRING.replace('IngestionEndpoint=https', 'IngestionEndpoint=http'),
    '@Microsoft.KeyVault(SecretUri=https://example.vault.azure.net/secrets/x)',
  ])('%j stops the start with one sentence in both languages that names it', (text) => {
    const error = ((): unknown => {
      try {
        return open(text)();
      } catch (thrown) {
        return thrown;
      }
    })();
    if (!(error instanceof StartError)) throw new Error('the start was not stopped', { cause: error });
    for (const sentence of [error.text.ja, error.text.en]) {
      expect(sentence).toContain('APPLICATIONINSIGHTS_CONNECTION_STRING');
    }
  });

  test('a connection string as Azure gives it is taken', () => {
    expect(open(CONNECTION_STRING)).not.toThrow();
  });
});
