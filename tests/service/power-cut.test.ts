import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { childOf, NurseryOverHttp } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Sends children one after another until the service is gone; what it was answered for each. */
async function write(nursery: NurseryOverHttp, facility: string, sent: Map<string, number | undefined>): Promise<void> {
  for (;;) {
    const id = v7();
    sent.set(id, undefined);
    try {
      const json = { ...childOf(facility, randomUUID()), id, number: id.slice(-12) };
      sent.set(id, (await nursery.administrator.send('POST', '/children', { json })).status);
    } catch {
      return;
    }
  }
}

test('kill -9 during writes loses no acknowledged write and leaves no half-written one', async () => {
  const folder = tempFolder();
  let service = await ServiceProcess.start({ folder });
  const nursery = await NurseryOverHttp.open(service, 'cut');
  const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
  const sent = new Map<string, number | undefined>();
  const writers = [1, 2, 3].map(() => write(nursery, facility, sent));
  // It is cut while the writers are in the middle of their work: after so many acknowledged writes, not after a time.
  while ([...sent.values()].filter((status) => status === 201).length < 60) await new Promise(setImmediate);
  await service.kill();
  await Promise.all(writers);

  service = await ServiceProcess.start({ folder });
  try {
    nursery.moveTo(service);
    const { body } = await nursery.administrator.must('GET', `/children?facility=${facility}`);
    const stored = new Set((body.items as { id: string }[]).map(({ id }) => id));
    const acknowledged = [...sent].filter(([, status]) => status === 201).map(([id]) => id);
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect([...stored].filter((id) => !sent.has(id))).toEqual([]);

    // Each stored child is whole: its record opens, its number is its own, and one event tells of its making.
    const events = await everyEvent(nursery);
    for (const id of stored) {
      expect(
        events.filter(({ action, targets }) => action === 'record-created' && targets.includes(id)),
        id,
      ).toHaveLength(1);
    }
    for (const id of [...stored].slice(-5)) {
      expect((await nursery.administrator.must('GET', `/children/${id}`)).body.number).toBe(id.slice(-12));
    }
    // What was never acknowledged can be sent again: it is made now, or stands already.
    const unanswered = [...sent].filter(([, status]) => status === undefined).map(([id]) => id);
    for (const id of unanswered.filter((lost) => !stored.has(lost))) {
      const json = { ...childOf(facility), id, number: id.slice(-12) };
      expect((await nursery.administrator.send('POST', '/children', { json })).status).toBe(201);
    }
  } finally {
    await service.kill();
  }
});

interface Event {
  readonly action: string;
  readonly targets: readonly string[];
}

async function everyEvent(nursery: NurseryOverHttp): Promise<readonly Event[]> {
  const events: Event[] = [];
  let cursor = '';
  do {
    const { body } = await nursery.administrator.must('GET', `/audit-events?limit=200${cursor}`);
    events.push(...body.items);
    cursor = body.next === null ? '' : `&cursor=${encodeURIComponent(body.next)}`;
  } while (cursor !== '');
  return events;
}

test('the connection cut after the commit: the same request again changes nothing more and succeeds', async () => {
  const service = await ServiceProcess.start();
  try {
    const nursery = await NurseryOverHttp.open(service, 'again');
    const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
    const json = { ...childOf(facility), id: v7() };
    const first = await nursery.administrator.must('POST', '/children', { json });
    const again = await nursery.administrator.must('POST', '/children', { json });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    const created = (await everyEvent(nursery)).filter(
      ({ action, targets }) => action === 'record-created' && targets.includes(json.id),
    );
    expect(created).toHaveLength(1);

    const patch = {
      bytes: '{"nickname":"はなちゃん"}',
      headers: { 'content-type': 'application/merge-patch+json', 'if-match': first.headers.get('etag') ?? '' },
    };
    const changed = await nursery.administrator.must('PATCH', `/children/${json.id}`, patch);
    const changedAgain = await nursery.administrator.must('PATCH', `/children/${json.id}`, patch);
    expect(changedAgain.body).toEqual(changed.body);
  } finally {
    await service.remove();
  }
});

test('two people edit the same child: the second gets 412 and nothing of the first is lost', async () => {
  const service = await ServiceProcess.start();
  try {
    const nursery = await NurseryOverHttp.open(service, 'both');
    const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
    const child = await nursery.make('children', childOf(facility));
    const etag = (await nursery.administrator.must('GET', `/children/${child}`)).headers.get('etag') ?? '';
    const patch = (nickname: string) =>
      nursery.administrator.send('PATCH', `/children/${child}`, {
        bytes: JSON.stringify({ nickname }),
        headers: { 'content-type': 'application/merge-patch+json', 'if-match': etag },
      });
    expect((await patch('はなちゃん')).status).toBe(200);
    const second = await patch('はーちゃん');
    expect(second.status).toBe(412);
    expect(second.body.message.ja).toContain('ほかの人が先に変更しました');
    expect((await nursery.administrator.must('GET', `/children/${child}`)).body.nickname).toBe('はなちゃん');
  } finally {
    await service.remove();
  }
});
