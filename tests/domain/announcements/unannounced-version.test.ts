import { expect, test } from 'vitest';
import { tellUnannouncedVersion } from '../../../src/domain/announcements/unannounced-version.ts';
import { StoreError } from '../../../src/ports/store-error.ts';
import { RecordingTelemetry } from '../../support/recording-telemetry.ts';
import { tenants } from '../../support/tenant.ts';
import { announceIn, NOTICE } from './written.ts';

async function start() {
  const all = await tenants();
  const announcements = all.control.container('announcements');
  const { clock, contracts } = all;
  const telemetry = new RecordingTelemetry();
  const parts = { version: '1.4.0', announcements, contracts, clock, telemetry };
  return { ...all, ...parts, parts };
}

test('a version that nobody was told of raises an alert at the start', async () => {
  const { parts, provision, telemetry, announcements } = await start();
  await provision();
  await announceIn(announcements, { ...NOTICE, version: '1.3.0' });
  await tellUnannouncedVersion(parts);
  expect(telemetry.records).toEqual([
    { type: 'alert', name: 'version-not-announced', properties: { version: '1.4.0' } },
  ]);
});

test('a version that was announced raises none', async () => {
  const { parts, provision, telemetry, announcements } = await start();
  await provision();
  await announceIn(announcements, { ...NOTICE, version: '1.4.0' });
  await tellUnannouncedVersion(parts);
  expect(telemetry.records).toEqual([]);
});

test('where nobody works with the service nobody has to be told', async () => {
  const { parts, telemetry } = await start();
  await tellUnannouncedVersion(parts);
  expect(telemetry.records).toEqual([]);
});

test('trouble with the store does not stop the start', async () => {
  const { parts, telemetry, announcements } = await start();
  const error = new StoreError('unavailable', 'no answer');
  const failing = { ...announcements, ofPartition: () => Promise.reject(error) };
  await tellUnannouncedVersion({ ...parts, announcements: failing });
  expect(telemetry.records).toMatchObject([{ type: 'error', error }]);
});
