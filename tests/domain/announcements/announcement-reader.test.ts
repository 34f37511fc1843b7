import { describe, expect, test } from 'vitest';
import { ANNOUNCEMENTS_SCOPE, withdrawalKey } from '../../../src/domain/announcements/announcement.ts';
import { AnnouncementReader } from '../../../src/domain/announcements/announcement-reader.ts';
import { MINUTE, SECOND } from '../../../src/model/instant.ts';
import type { ControlReader } from '../../../src/ports/control-store.ts';
import { StoreError } from '../../../src/ports/store-error.ts';
import { FAKE_START, FakeClock } from '../../support/fake-clock.ts';
import { RecordingTelemetry } from '../../support/recording-telemetry.ts';
import { tenants } from '../../support/tenant.ts';
import { announceIn, INCIDENT, NOTICE, Written } from './written.ts';

/** A reader over a real store that counts reads and can be made to fail. */
async function reading() {
  const { control, clock } = await tenants();
  const container = control.container('announcements');
  const telemetry = new RecordingTelemetry();
  const seen = { whole: 0, single: 0, failing: false };
  const items: ControlReader = {
    ...container,
    async ofPartition(partition) {
      seen.whole += 1;
      if (seen.failing) throw new StoreError('unavailable', 'no answer');
      return container.ofPartition(partition);
    },
    async get(partition, id) {
      seen.single += 1;
      return container.get(partition, id);
    },
  };
  const reader = new AnnouncementReader({ items, clock, telemetry, publicUrl: 'https://app.example.jp' });
  const ids = async (tenant = 'sakura') => (await reader.forTenant(tenant)).map(({ id }) => id);
  return { clock, container, telemetry, seen, reader, ids };
}

describe('the memory', () => {
  test('reads once a minute, however many ask and whatever for', async () => {
    const { reader, ids, clock, seen } = await reading();
    await Promise.all([ids('sakura'), ids('momiji'), reader.status(FAKE_START), reader.feed()]);
    await clock.advance(MINUTE - 1);
    await ids();
    expect(seen.whole).toBe(1);
    await clock.advance(1);
    await Promise.all([ids(), ids()]);
    expect(seen.whole).toBe(2);
  });

  test('shows what is new, and no longer what is withdrawn, after 60 seconds', async () => {
    const { ids, clock, container } = await reading();
    const first = await announceIn(container, NOTICE);
    expect(await ids()).toEqual([first]);
    const second = await announceIn(container, NOTICE);
    const withdrawal = { kind: 'withdrawal', of: first };
    await container.create({
      partition: ANNOUNCEMENTS_SCOPE,
      id: withdrawalKey(first),
      value: withdrawal,
      dueAt: null,
    });
    expect(await ids()).toEqual([first]);
    await clock.advance(MINUTE);
    expect(await ids()).toEqual([second]);
  });

  test('is told on while the store does not answer, which telemetry learns of, and the store is asked again 5 seconds later', async () => {
    const { ids, clock, container, seen, telemetry } = await reading();
    const id = await announceIn(container, NOTICE);
    await ids();
    seen.failing = true;
    await clock.advance(MINUTE);
    expect([await ids(), await ids()]).toEqual([[id], [id]]);
    expect(seen.whole).toBe(2);
    expect(telemetry.records).toMatchObject([{ type: 'error', properties: { reading: 'announcements' } }]);
    seen.failing = false;
    const second = await announceIn(container, NOTICE);
    await clock.advance(5 * SECOND);
    expect(await ids()).toContain(second);
  });

  test('that was never filled passes the trouble on', async () => {
    const { ids, seen } = await reading();
    seen.failing = true;
    await expect(ids()).rejects.toThrow('no answer');
    seen.failing = false;
    expect(await ids()).toEqual([]);
  });

  test('raises an alert for items that it does not understand', async () => {
    const { ids, container, telemetry } = await reading();
    await container.create({
      partition: ANNOUNCEMENTS_SCOPE,
      id: 'announcement:x',
      value: { kind: 'poll' },
      dueAt: null,
    });
    expect(await ids()).toEqual([]);
    expect(telemetry.records).toEqual([
      { type: 'alert', name: 'announcements-not-understood', properties: { count: 1 } },
    ]);
  });

  test.each([
    ['shows the 100 of a tenant that changed last', 'sakura', 1_001, 100],
    ['holds the 1,000 that changed last, whomever they are for', 'momiji', 3, 2],
  ])('%s', async (_what, tenant, own, shown) => {
    const written = new Written();
    const ids = Array.from({ length: 1_001 }, (_none, at) =>
      written.announce({ ...NOTICE, audience: [at < own ? tenant : 'tsubaki'] }, FAKE_START + at),
    );
    const items = { ofPartition: async () => written.items } as unknown as ControlReader;
    const telemetry = new RecordingTelemetry();
    const reader = new AnnouncementReader({ items, clock: new FakeClock(), telemetry, publicUrl: 'https://a.jp' });
    const told = (await reader.forTenant(tenant)).map(({ id }) => id);
    expect(told).toEqual(ids.slice(own - shown, own).reverse());
  });
});

describe('who sees what', () => {
  test('a tenant sees what is for all and what names it, newest first', async () => {
    const { ids, container } = await reading();
    const all = await announceIn(container, NOTICE);
    const mine = await announceIn(container, { ...INCIDENT, audience: ['sakura', 'tsubaki'] });
    await announceIn(container, { ...NOTICE, audience: ['momiji'] });
    expect(new Set(await ids('sakura'))).toEqual(new Set([all, mine]));
  });

  test('nothing for named tenants is in public places', async () => {
    const { reader, container } = await reading();
    await announceIn(container, { ...INCIDENT, title: { ja: '秘密', en: null }, audience: ['sakura'] });
    expect((await reader.status(FAKE_START)).incidents).toEqual([]);
    expect(await reader.feed()).not.toContain('秘密');
  });
});

describe('finding one', () => {
  test('needs no read for what is remembered, and one for what another instance has shown already', async () => {
    const { reader, container, seen } = await reading();
    const known = await announceIn(container, NOTICE);
    expect((await reader.find('sakura', known))?.id).toBe(known);
    expect(seen).toMatchObject({ whole: 1, single: 0 });
    const younger = await announceIn(container, NOTICE);
    expect((await reader.find('sakura', younger))?.id).toBe(younger);
    expect(seen).toMatchObject({ whole: 1, single: 1 });
  });

  test('gives nothing that is for others, withdrawn or unknown, remembered or not', async () => {
    const { reader, ids, container, clock } = await reading();
    await ids();
    const foreign = await announceIn(container, { ...NOTICE, audience: ['momiji'] });
    const withdrawn = await announceIn(container, NOTICE);
    await container.create({
      partition: ANNOUNCEMENTS_SCOPE,
      id: withdrawalKey(withdrawn),
      value: { kind: 'withdrawal', of: withdrawn },
      dueAt: null,
    });
    expect(await reader.find('sakura', foreign)).toBeUndefined();
    expect(await reader.find('sakura', '0190a1b2-c3d4-7abc-8def-0123456789ab')).toBeUndefined();
    await clock.advance(MINUTE);
    for (const id of [foreign, withdrawn]) expect(await reader.find('sakura', id)).toBeUndefined();
  });
});
