import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { listBackups } from '../../../src/endpoints/backups/list-backups.ts';
import { readRestore } from '../../../src/endpoints/backups/read-restore.ts';
import { requestRestore } from '../../../src/endpoints/backups/request-restore.ts';
import { AREAS, type Grants } from '../../../src/model/grants.ts';
import { HOUR, MINUTE } from '../../../src/model/instant.ts';
import type { ControlItem } from '../../../src/ports/control-store.ts';
import { StoreError } from '../../../src/ports/store-error.ts';
import { contentOf, eventsOf, expectedAfter, serve } from '../../jobs/restore-fixture.ts';
import { refusal, refusedAs } from '../../support/ask.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { backedUpNursery } from './backed-up-nursery.ts';

type Shown = Readonly<Record<string, unknown>>;
const shown = (answer: { readonly body?: unknown }) => answer.body as Shown;

describe('GET /backups', () => {
  test('shows generations with age, verified mark and content, the newest first, and the next run', async () => {
    const here = await backedUpNursery();
    await here.on.night();
    await here.on.clock.advance(90 * MINUTE);
    const { body } = await here.call(listBackups, await here.as(EVERYTHING));
    const [newest, older] = (await here.on.generations()).map(({ id }) => id).reverse();
    expect(body).toMatchObject({
      items: [
        {
          id: newest,
          purpose: 'daily',
          ageSeconds: 5400,
          verifiedAt: '2026-11-25T17:00:00.000Z',
          documents: { child: 5 },
        },
        { id: older, ageSeconds: 5400 + 24 * 3600, documents: { version: 2, child: 4, class: 1, facility: 2 } },
      ],
      nextAt: '2026-11-26T17:00:00.000Z',
      kept: 7,
    });
    expect(await eventsOf(here.on, 'records-listed')).toMatchObject([{ targetKind: 'generation' }]);
  });

  test('shows one that is being written without a verified mark', async () => {
    const here = await backedUpNursery();
    const stored = await here.on.backupsItem();
    if (stored === undefined) throw new Error('no list');
    const { value, etag, ...item } = stored;
    const generations = value.generations.map((each) => ({ ...each, good: null }));
    await here.on.tenantState.replace({ ...item, value: { ...value, generations } } as ControlItem, etag);
    const { body } = await here.call(listBackups, await here.asAdmin());
    expect(body).toMatchObject({ items: [{ verifiedAt: null, finishedAt: null, documents: null, bytes: null }] });
  });

  test('is empty before the first night', async () => {
    const here = await backedUpNursery();
    const tenantState = { ...here.on.tenantState, get: async () => undefined };
    const caller = await here.asAdmin();
    const services = Object.create(here.services, { tenantState: { value: tenantState } });
    const { body } = await listBackups.handle(caller, {} as never, services);
    expect(body).toEqual({ items: [], nextAt: null, kept: 7 });
  });
});

describe('POST /restores', () => {
  test('asks for a dry run, then for the restore, and their progress is told', async () => {
    const here = await backedUpNursery();
    const { on, generation } = here;
    const preview = { id: newId(on.clock.now()), generation, dryRun: true };
    const answer = await here.call(requestRestore, await here.asAdmin(), { body: preview });
    expect(answer).toMatchObject({ status: 202, headers: { location: `/api/restores/${preview.id}` } });
    const read = async (id: string) => shown(await here.call(readRestore, await here.asAdmin(), { params: { id } }));
    expect(await read(preview.id)).toMatchObject({ ...preview, phase: 'waiting', differences: null });
    await serve(on);
    expect(await read(preview.id)).toMatchObject({
      ...{ phase: 'done', before: null },
      differences: [
        { kind: 'facility', removed: 1 },
        { kind: 'class' },
        { kind: 'child', changed: 2, stayDeleted: 1 },
        {},
      ],
    });

    await on.clock.advance(MINUTE);
    const restore = { id: newId(on.clock.now()), generation, dryRun: false };
    await here.call(requestRestore, await here.asAdmin(), { body: restore });
    await serve(on);
    expect(await contentOf(on)).toEqual(expectedAfter(here));
    await on.clock.advance(MINUTE);
    const before = (await on.generations()).at(-1)?.id;
    expect(await read(restore.id)).toMatchObject({ phase: 'done', before, finishedAt: expect.any(String) });
    expect(await eventsOf(on, 'restore-requested')).toMatchObject([
      { actor: here.admin, targets: [generation, restore.id], reason: 'restore' },
      { actor: here.admin, targets: [generation, preview.id], reason: 'dry-run' },
    ]);
  });

  test('sent again gives the same restore, while it waits and long after, and asks for nothing more', async () => {
    const here = await backedUpNursery();
    const { on, generation } = here;
    const body = { id: newId(on.clock.now()), generation, dryRun: false };
    const send = async () => here.call(requestRestore, await here.asAdmin(), { body });
    expect((await send()).status).toBe(202);
    expect(await send()).toMatchObject({ status: 200, body: { id: body.id, phase: 'waiting' } });
    await serve(on);
    await on.clock.advance(MINUTE);
    expect(await send()).toMatchObject({ status: 200, body: { id: body.id, phase: 'done' } });
    expect(await on.context.control.requests.ofPartition('sakura')).toEqual([]);
    expect(await eventsOf(on, 'restore-requested')).toHaveLength(1);
  });

  test('whose answer or request was lost after its event is made whole by sending it again', async () => {
    const here = await backedUpNursery();
    const { on, generation } = here;
    const body = { id: newId(on.clock.now()), generation, dryRun: true };
    const { requests } = here.services;
    const lost = { ...requests, create: () => Promise.reject(new StoreError('unavailable', 'no answer')) };
    const services = Object.create(here.services, { requests: { value: lost } });
    const input = { params: undefined, query: undefined, body, ifMatch: undefined, ifNoneMatch: false };
    await expect(requestRestore.handle(await here.asAdmin(), input, services)).rejects.toThrow('no answer');
    const otherwise = here.call(requestRestore, await here.asAdmin(), { body: { ...body, dryRun: false } });
    expect(await refusedAs(otherwise)).toBe('id-taken');
    expect((await here.call(requestRestore, await here.asAdmin(), { body })).status).toBe(202);
    await serve(on);
    const { body: done } = await here.call(readRestore, await here.asAdmin(), { params: { id: body.id } });
    expect(done).toMatchObject({ phase: 'done' });
    expect(await eventsOf(on, 'restore-requested')).toHaveLength(1);
  });

  test('with an id that asked for something else is refused', async () => {
    const here = await backedUpNursery();
    const body = { id: newId(here.on.clock.now()), generation: here.generation, dryRun: true };
    await here.call(requestRestore, await here.asAdmin(), { body });
    for (const other of [{ dryRun: false }, { generation: newId(0) }]) {
      const again = here.call(requestRestore, await here.asAdmin(), { body: { ...body, ...other } });
      expect(await refusedAs(again)).toBe('id-taken');
    }
  });

  test('is refused while another one is open, also when both are asked for at the same instant', async () => {
    const here = await backedUpNursery();
    const { on, generation } = here;
    const caller = await here.asAdmin();
    const send = (id: string) => here.call(requestRestore, caller, { body: { id, generation, dryRun: true } });
    const tries = await Promise.allSettled([send(newId(1)), send(newId(2))]);
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const failure = await refusal(send(newId(3)));
    expect([failure.code, failure.text?.en]).toEqual(['in-use', expect.stringContaining('still open')]);
    expect(await on.context.control.requests.ofPartition('sakura')).toHaveLength(1);
    const told = await eventsOf(on, 'restore-requested');
    expect(told.filter((each) => each?.['result'] === 'refused')).toMatchObject([{ reason: 'another-open' }]);
    await serve(on);
    expect((await send(newId(3))).status).toBe(202);
  });

  test('is refused for a generation that is not kept, or not good', async () => {
    const here = await backedUpNursery();
    const body = { id: newId(1), generation: newId(2), dryRun: true };
    expect(await refusedAs(here.call(requestRestore, await here.asAdmin(), { body }))).toBe('not-found');
    expect(await eventsOf(here.on, 'restore-requested')).toEqual([]);
  });

  test('needs every area of the whole tenant: read for a dry run, write for a restore', async () => {
    const here = await backedUpNursery();
    const send = (caller: Awaited<ReturnType<typeof here.asAdmin>>, dryRun: boolean) =>
      here.call(requestRestore, caller, { body: { id: newId(1), generation: here.generation, dryRun } });
    for (const area of AREAS) {
      const { [area]: whole, ...others } = EVERYTHING;
      const reading = await here.as({ ...others, [area]: { level: 'read', facilities: 'all' } });
      expect(await refusedAs(send(reading, false)), area).toBe('not-permitted');
      const some: Grants = { ...others, [area]: { level: 'write', facilities: [here.garden] } };
      for (const grants of [others, some]) {
        expect(await refusedAs(send(await here.as(grants), true)), area).toBe('not-permitted');
      }
      expect(whole).toBeDefined();
    }
    const reader = await here.as(
      Object.fromEntries(AREAS.map((area) => [area, { level: 'read', facilities: 'all' } as const])),
    );
    expect((await send(reader, true)).status).toBe(202);
    expect(await eventsOf(here.on, 'restore-requested')).toHaveLength(1);
    expect((await eventsOf(here.on, 'access-refused')).length).toBeGreaterThan(AREAS.length);
  });

  test('asks for the password again, and takes nothing but its three fields', async () => {
    const here = await backedUpNursery();
    expect(requestRestore.confirm).toBe(true);
    const good = { id: newId(1), generation: here.generation, dryRun: true };
    const caller = await here.asAdmin();
    const { id: _id, ...unnamed } = good;
    for (const body of [
      unnamed,
      { ...good, id: 'x' },
      { ...good, tenantId: 'momiji' },
      { ...good, dryRun: 'no' },
      {},
    ]) {
      expect(await refusedAs(here.call(requestRestore, caller, { body }))).toBe('invalid-input');
    }
  });
});

describe('GET /restores/{id}', () => {
  test('knows no restore of an unknown id, nor of another tenant', async () => {
    const here = await backedUpNursery();
    const id = newId(1);
    await here.on.tenantState.create({ partition: 'momiji', id: `restore:${id}`, value: { id }, dueAt: null });
    await here.on.clock.advance(HOUR);
    for (const asked of [id, newId(2)]) {
      const reading = here.call(readRestore, await here.asAdmin(), { params: { id: asked } });
      expect(await refusedAs(reading)).toBe('not-found');
    }
  });
});
