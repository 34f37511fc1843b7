import { expect, test } from 'vitest';
import { traceOf } from '../../src/triggers/trace.ts';

const named = (traceParent: string | undefined) =>
  traceOf(traceParent === undefined ? {} : { traceContext: { traceParent } });

test("a request keeps the trace id of the host's own telemetry", () => {
  expect(named('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')).toBe('0af7651916cd43dd8448eb211c80319c');
});

test.each([
  ['no host', undefined],
  ['nothing', ''],
  ['zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
  ['upper case', '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01'],
  ['something else', 'x'.repeat(1000)],
])('where %s names it, a request has a trace id of its own', (_what, traceParent) => {
  const [one, other] = [named(traceParent), named(traceParent)];
  for (const trace of [one, other]) expect(trace).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
  expect(one).not.toBe(other);
});
