import { expect, test } from 'vitest';
import { ANNOUNCEMENTS_SCOPE, resolutionKey } from '../../../src/domain/announcements/announcement.ts';
import { readStatus } from '../../../src/endpoints/notices/read-status.ts';
import { readStatusFeed } from '../../../src/endpoints/notices/read-status-feed.ts';
import { SECOND } from '../../../src/model/instant.ts';
import { named, parseXml, textIn } from '../../domain/announcements/strict-xml.ts';
import { announceIn, INCIDENT, MAINTENANCE, NOTICE } from '../../domain/announcements/written.ts';
import { announced } from './announced.ts';

test('the status tells everybody of open and resolved incidents and of maintenance', async () => {
  const { container, clock, visit } = await announced();
  const open = await announceIn(container, INCIDENT);
  const over = await announceIn(container, { ...INCIDENT, version: '1.4.0' });
  const maintenance = await announceIn(container, MAINTENANCE);
  const value = { kind: 'resolution', of: over, text: { ja: '直りました。', en: null } };
  await clock.advance(SECOND);
  await container.create({ partition: ANNOUNCEMENTS_SCOPE, id: resolutionKey(over), value, dueAt: null });
  const { title, text } = INCIDENT;
  const incident = { kind: 'incident', title, text, publishedAt: '2026-11-24T03:00:00.000Z' };
  const at = '2026-11-24T03:00:01.000Z';
  expect((await visit(readStatus)).body).toEqual({
    incidents: [{ ...incident, id: open, updatedAt: incident.publishedAt, updates: [], resolvedAt: null }],
    maintenance: [expect.objectContaining({ id: maintenance, from: MAINTENANCE.from, until: MAINTENANCE.until })],
    resolved: [
      {
        ...incident,
        id: over,
        updatedAt: at,
        updates: [{ at, text: { ja: '直りました。', en: null }, resolves: true }],
        resolvedAt: at,
      },
    ],
  });
});

test('the feed tells the same as Atom', async () => {
  const { container, visit } = await announced();
  const id = await announceIn(container, INCIDENT);
  const { content } = await visit(readStatusFeed);
  expect(content?.type).toBe('application/atom+xml; charset=utf-8');
  const feed = parseXml(String(content?.bytes));
  expect(named(feed, 'entry').map((entry) => textIn(entry, 'id'))).toEqual([`urn:uuid:${id}`]);
});

test('neither tells anything that is for named tenants, or a notice', async () => {
  const { container, visit } = await announced();
  const secret = { title: { ja: '秘密', en: null }, audience: ['sakura'] };
  await announceIn(container, { ...INCIDENT, ...secret });
  await announceIn(container, { ...MAINTENANCE, ...secret });
  await announceIn(container, { ...NOTICE, ...secret, audience: 'all' });
  const answers = [
    JSON.stringify((await visit(readStatus)).body),
    String((await visit(readStatusFeed)).content?.bytes),
  ];
  for (const answer of answers) {
    expect(answer).not.toContain('秘密');
    expect(answer).not.toContain('sakura');
  }
});
