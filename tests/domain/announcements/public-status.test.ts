import { expect, test } from 'vitest';
import { publicStatus } from '../../../src/domain/announcements/public-status.ts';
import { DAY, epochMs } from '../../../src/model/instant.ts';
import { FAKE_START } from '../../support/fake-clock.ts';
import { INCIDENT, MAINTENANCE, NOTICE, Written } from './written.ts';

function ids(written: Written, now: number) {
  const { incidents, maintenance, resolved } = publicStatus(written.announcements, now);
  const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id);
  return { incidents: idsOf(incidents), maintenance: idsOf(maintenance), resolved: idsOf(resolved) };
}

test('shows open incidents until they are resolved, and resolved ones for 14 days', () => {
  const written = new Written();
  const open = written.announce(INCIDENT);
  const over = written.announce(INCIDENT);
  written.resolve(over, '直りました。', FAKE_START);
  expect(ids(written, FAKE_START)).toEqual({ incidents: [open], maintenance: [], resolved: [over] });
  expect(ids(written, FAKE_START + 14 * DAY - 1).resolved).toEqual([over]);
  expect(ids(written, FAKE_START + 14 * DAY)).toEqual({ incidents: [open], maintenance: [], resolved: [] });
});

test('shows maintenance until it is over, the next one first', () => {
  const written = new Written();
  const second = written.announce({
    ...MAINTENANCE,
    from: '2026-12-05T00:00:00.000Z',
    until: '2026-12-05T01:00:00.000Z',
  });
  const first = written.announce(MAINTENANCE, FAKE_START - 1);
  expect(ids(written, FAKE_START).maintenance).toEqual([first, second]);
  expect(ids(written, epochMs(MAINTENANCE.until) - 1).maintenance).toEqual([first, second]);
  expect(ids(written, epochMs(MAINTENANCE.until)).maintenance).toEqual([second]);
});

test('shows nothing that is for named tenants, withdrawn, or a notice', () => {
  const written = new Written();
  written.announce({ ...INCIDENT, audience: ['sakura'] });
  written.announce({ ...MAINTENANCE, audience: ['sakura'] });
  written.announce(NOTICE);
  written.withdraw(written.announce(MAINTENANCE));
  expect(ids(written, FAKE_START)).toEqual({ incidents: [], maintenance: [], resolved: [] });
});
