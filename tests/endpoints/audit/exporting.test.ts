import { describe, expect, test } from 'vitest';
import { openArchiveFiles } from '../../../src/adapters/local-files/archive-files.ts';
import { entryName } from '../../../src/domain/audit/digest.ts';
import { verifyExport } from '../../../src/domain/audit/export-verification.ts';
import type { TenantHandle } from '../../../src/domain/tenant-handle.ts';
import { exportLog } from '../../../src/endpoints/audit/export-log.ts';
import type { Caller } from '../../../src/endpoints/pipeline/caller.ts';
import type { Services } from '../../../src/endpoints/pipeline/services.ts';
import { HOUR } from '../../../src/model/instant.ts';
import type { LogArchive } from '../../../src/ports/log-archive.ts';
import { StoreError } from '../../../src/ports/store-error.ts';
import { exportedLog } from '../../domain/audit/log.ts';
import { ask, NO_SERVICES, refusal, refusedAs } from '../../support/ask.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { nursery } from '../accounts/nursery.ts';

const { lines: LINES, marks: MARKS } = exportedLog(8);

type Reading = Pick<LogArchive, 'read' | 'list'>;

interface Page {
  readonly bytes: Buffer;
  readonly next: string | undefined;
}

/** A nursery whose log stands in the archive beside another tenant's; `between` may put something of a test before it. */
async function archived(entries: readonly Uint8Array[] = LINES, between = (archive: Reading): Reading => archive) {
  const there = await nursery();
  const archives = openArchiveFiles(tempFolder(), { keepDays: 400, storeTime: () => there.clock.now() });
  const put = async (tenantId: string, all: readonly Uint8Array[]) => {
    for (const [at, bytes] of all.entries()) await archives.of(tenantId).create(entryName(at + 1), bytes);
  };
  await put('sakura', entries);
  await put('momo', exportedLog(12, 'momo').lines);
  const asked: TenantHandle[] = [];
  const archiveOf = (tenant: TenantHandle) => {
    asked.push(tenant);
    return between(archives.of(tenant.tenantId));
  };
  const services = Object.create(NO_SERVICES, { archiveOf: { value: archiveOf } }) as Services;
  const page = async (caller: Caller, query: object = {}): Promise<Page> => {
    const { status, content, headers } = await ask(exportLog, caller, { query }, services);
    expect([status, content?.type]).toEqual([200, 'application/x-ndjson']);
    return { bytes: Buffer.from(content?.bytes ?? ''), next: headers?.['x-next'] };
  };
  return {
    ...there,
    asked,
    page,
    /** All pages from the first to the last, as a client goes on that follows `x-next`. */
    pages: async (caller: Caller, query: object = {}): Promise<readonly Page[]> => {
      const all = [await page(caller, query)];
      for (;;) {
        const next = all.at(-1)?.next;
        if (next === undefined) return all;
        if (all.length > LINES.length) throw new Error('the pages do not end');
        const url = new URL(next, 'https://service.example');
        expect(url.pathname).toBe('/api/audit-events/archive');
        all.push(await page(caller, Object.fromEntries(url.searchParams)));
      }
    },
  };
}

function joined(pages: readonly Page[]): Buffer {
  return Buffer.concat(pages.map(({ bytes }) => bytes));
}

/** The lines of the file that a client has made of the pages. */
function linesOf(file: Buffer): Uint8Array[] {
  return file
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line));
}

describe('2.13 the log that an administrator takes out', () => {
  test.each([
    ['1', [1, 1, 1, 1, 1, 1, 1, 1]],
    ['3', [3, 3, 2]],
    ['8', [8]],
    [undefined, [8]],
  ])('comes in pages of %s entries, each once and byte for byte, and verifies offline', async (limit, sizes) => {
    const there = await archived();
    const pages = await there.pages(await there.asAdmin(), limit === undefined ? {} : { limit });
    expect(pages.map(({ bytes }) => linesOf(bytes).length)).toEqual(sizes);
    const file = joined(pages);
    expect(file.equals(Buffer.concat(LINES.flatMap((line) => [line, Buffer.from('\n')])))).toBe(true);
    const report = await verifyExport(linesOf(file));
    expect(report).toMatchObject({ tenant: 'sakura', digests: LINES.length, findings: [], last: MARKS.at(-1) });
  });

  test('shows an event that somebody changed after it was taken out, and names the place', async () => {
    const there = await archived();
    const file = joined(await there.pages(await there.asAdmin(), { limit: '3' })).toString();
    const lines = linesOf(Buffer.from(file));
    lines[4] = Buffer.from(String(Buffer.from(lines[4] ?? [])).replace('record-read', 'record-made'));
    expect((await verifyExport(lines)).findings).toEqual([
      { fault: 'altered', where: 'archive', entry: entryName(5), event: null },
    ]);
  });

  test('shows an entry that is none, rather than leaving it out', async () => {
    const there = await archived([...LINES, Buffer.from('{"invented":true}')]);
    const lines = linesOf(joined(await there.pages(await there.asAdmin())));
    expect((await verifyExport(lines)).findings).toEqual([
      { fault: 'altered', where: 'archive', entry: 'line 9', event: null },
    ]);
  });

  test('comes in answers of 4 MB at most, and an entry that is larger leaves whole, alone', async () => {
    const sizes = [1_500_000, 1_500_000, 1_500_000, 5_000_000, 2_000_000, 2_000_000, 1];
    const entries = sizes.map((size, at) => Buffer.alloc(size, 97 + at));
    const there = await archived(entries);
    const pages = await there.pages(await there.asAdmin());
    const told = pages.map(({ bytes }) => linesOf(bytes).map(({ length }) => length));
    expect(told).toEqual([[1_500_000, 1_500_000], [1_500_000], [5_000_000], [2_000_000, 2_000_000], [1]]);
    expect(linesOf(joined(pages)).map((line) => line[0])).toEqual([97, 98, 99, 100, 101, 102, 103]);
  });

  test('is empty before the first digest', async () => {
    const there = await archived([]);
    expect(await there.page(await there.asAdmin())).toEqual({ bytes: Buffer.alloc(0), next: undefined });
  });

  test('goes on after an entry that the retention has removed, and without one that it removes meanwhile', async () => {
    const removed = new Set([entryName(1), entryName(5)]);
    const there = await archived(LINES, (archive) => ({
      list: () => archive.list(),
      read: async (name) => (removed.has(name) ? undefined : archive.read(name)),
    }));
    const [first, ...more] = await there.pages(await there.asAdmin(), { limit: '3' });
    expect(linesOf(first?.bytes ?? Buffer.alloc(0))).toEqual(LINES.slice(1, 4));
    expect(linesOf(joined(more))).toEqual(LINES.slice(5));
    const { bytes } = await there.page(await there.asAdmin(), { after: `${entryName(6)}-gone` });
    expect(linesOf(bytes)).toEqual(LINES.slice(6));
  });

  test("never holds another tenant's entries, whatever is asked for", async () => {
    const there = await archived();
    for (const after of [undefined, entryName(0), entryName(8), 'momo', 'momo-0000000001']) {
      const { bytes } = await there.page(await there.asAdmin(), after === undefined ? {} : { after });
      expect(bytes.includes('momo')).toBe(false);
    }
    expect(new Set(there.asked.map(({ tenantId }) => tenantId))).toEqual(new Set(['sakura']));
    for (const query of [{ tenant: 'momo' }, { tenantId: 'momo' }, { after: '../momo/0000000001' }]) {
      expect(await refusedAs(there.page(await there.asAdmin(), query))).toBe('invalid-input');
    }
  });

  test.each([
    ['limit', '0'],
    ['limit', '501'],
    ['limit', 'all'],
    ['after', ''],
    ['after', 'A'],
    ['after', 'a'.repeat(101)],
    ['cursor', '1'],
  ])('is not given for the %s %j', async (name, value) => {
    const there = await archived();
    const failure = await refusal(there.page(await there.asAdmin(), { [name]: value }));
    expect(failure.errors.map(({ pointer }) => pointer)).toEqual([`?${name}`]);
    expect(there.asked).toEqual([]);
  });
});

describe('taking out the log', () => {
  test('asks for the password again', () => {
    expect(exportLog.confirm).toBe(true);
  });

  test('is told before the archive is read, once per session and hour, whatever the page', async () => {
    const told: number[] = [];
    let unreachable = true;
    const there = await archived(LINES, (archive) => ({
      read: (name) => archive.read(name),
      async *list() {
        told.push((await there.events('log-exported')).length);
        if (unreachable) throw new StoreError('unavailable', 'no answer');
        yield* archive.list();
      },
    }));
    const caller = await there.asAdmin();
    expect(await refusedAs(there.page(caller))).toBe('unavailable');
    unreachable = false;
    await there.pages(caller, { limit: '4' });
    expect(told).toEqual([1, 1, 1]);
    expect(await there.events('log-exported')).toMatchObject([
      { actor: there.admin, session: caller.session.id, targets: [], facility: null, result: 'done', reason: null },
    ]);
    await there.clock.advance(HOUR);
    await there.page(await there.asAdmin());
    expect(await there.events('log-exported')).toHaveLength(2);
  });

  test.each(['read', 'write'] as const)('is refused, and told, for %s of some facilities only', async (level) => {
    const there = await archived();
    const some = { audit: { level, facilities: [there.north, there.south] } };
    const auditor = await there.as(await there.add(some));
    const failure = await refusal(there.page(auditor));
    expect([failure.code, failure.text?.en]).toEqual(['not-permitted', expect.stringContaining('for all facilities')]);
    expect(there.asked).toEqual([]);
    expect(await there.events('access-refused')).toMatchObject([
      { actor: auditor.accountId, result: 'refused', reason: 'every-facility-read' },
    ]);
    expect(await there.events('log-exported')).toEqual([]);
  });

  test('needs no more than reading the log of all facilities', async () => {
    const there = await archived();
    const auditor = await there.as(await there.add({ audit: { level: 'read', facilities: 'all' } }));
    expect(linesOf((await there.page(auditor)).bytes)).toEqual(LINES);
  });
});
