import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { consoleTelemetry } from '../../src/adapters/system/console-telemetry.ts';
import { telemetryContract } from '../contracts/telemetry-contract.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

function memoryStreams() {
  const lines: { stream: 'out' | 'err'; text: string }[] = [];
  const state = { broken: false };
  const stream = (name: 'out' | 'err') =>
    new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        if (state.broken) return done(new Error('EPIPE'));
        lines.push({ stream: name, text: chunk });
        done();
      },
    });
  return { lines, state, streams: { out: stream('out'), err: stream('err') } };
}

telemetryContract('console', () => {
  const { lines, state, streams } = memoryStreams();
  return {
    telemetry: consoleTelemetry(new FakeClock(), streams),
    arrived: async () => lines.map((line) => line.text),
    breakSink: () => {
      state.broken = true;
    },
  };
});

telemetryContract('recording', () => {
  const telemetry = new RecordingTelemetry();
  return {
    telemetry,
    arrived: async () =>
      telemetry.records.map((record) =>
        record.type === 'error'
          ? `${shown(record.error)} ${JSON.stringify(record.properties)}`
          : JSON.stringify(record),
      ),
    breakSink: () => undefined,
  };
});

function shown(error: unknown): string {
  return error instanceof TypeError ? `${error} ${error.cause}` : typeof error;
}

test('alerts and errors go to the error stream, the rest to the output', () => {
  const { lines, streams } = memoryStreams();
  const telemetry = consoleTelemetry(new FakeClock(), streams);
  telemetry.event('a');
  telemetry.measure('b', 1);
  telemetry.alert('c');
  telemetry.error(new Error('d'));
  expect(lines.map((line) => line.stream)).toEqual(['out', 'out', 'err', 'err']);
});

test('a line says when, what and with which properties, in words that a person reads', () => {
  const { lines, streams } = memoryStreams();
  consoleTelemetry(new FakeClock(), streams).alert('key-missing', { tenant: 'sakura', text: 'two words', count: 3 });
  expect(lines[0]?.text).toBe('2026-11-24T03:00:00.000Z ALERT   key-missing tenant=sakura text="two words" count=3\n');
});

test('whatever a value holds, a call is one line and no value passes for a property', () => {
  const { lines, streams } = memoryStreams();
  const telemetry = consoleTelemetry(new FakeClock(), streams);
  const hostile = 'a\n2026-01-01T00:00:00.000Z event   forged\r\u2028\u001b[31m" x=1';
  telemetry.event('e', { value: hostile });
  const error = new Error(hostile);
  error.name = hostile;
  telemetry.error(error, { value: hostile });
  telemetry.error(hostile);
  expect(lines).toHaveLength(3);
  for (const { text } of lines) expect(text).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+\n$/u);
});

test('lines that were lost are counted on the next line that is written', async () => {
  const { lines, state, streams } = memoryStreams();
  const telemetry = consoleTelemetry(new FakeClock(), streams);
  state.broken = true;
  telemetry.event('lost-1');
  await setImmediate();
  telemetry.event('lost-2');
  await setImmediate();
  state.broken = false;
  // A stream of Node is spent after an error; the other one still works.
  telemetry.alert('arrives');
  telemetry.alert('too');
  expect(lines.map((line) => line.text.slice(25))).toEqual(['ALERT   arrives lost-lines=2\n', 'ALERT   too\n']);
});

test('the console leaves out events that nobody needs to read, and no other', () => {
  const { lines, streams } = memoryStreams();
  const telemetry = consoleTelemetry(new FakeClock(), streams, (event, { done }) => event === 'job-done' && done === 0);
  telemetry.event('job-done', { done: 0 });
  telemetry.event('job-done', { done: 1 });
  telemetry.event('job-failed', { done: 0 });
  telemetry.alert('job-done', { done: 0 });
  expect(lines.map(({ text }) => text.split(/ +/).slice(1, 4).join(' ').trim())).toEqual([
    'event job-done done=1',
    'event job-failed done=0',
    'ALERT job-done done=0',
  ]);
});
