import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DAY, type EpochMs } from '../../src/model/instant.ts';
import type { LogArchive, LogArchives } from '../../src/ports/log-archive.ts';
import { FAKE_START } from '../support/fake-clock.ts';
import { outcome } from './partition-fixture.ts';

/** For how many days the archives of a fixture keep their entries. */
export const KEPT_DAYS = 184;

/** What an adapter gives its contract: new and empty each time it is made, keeping entries for `KEPT_DAYS`. */
export interface ArchiveFixture {
  readonly archives: LogArchives;
  /** Sets the store's own time to a whole second; later than any set before. */
  setStoreTime(at: EpochMs): void;
  /** Closes the archives and opens them again. */
  reopen(): Promise<LogArchives>;
  dispose(): Promise<void>;
}

/** What a list shows, in its order. */
export async function entriesOf(archive: LogArchive): Promise<[string, EpochMs][]> {
  const entries: [string, EpochMs][] = [];
  for await (const { name, writtenAt } of archive.list()) entries.push([name, writtenAt]);
  return entries;
}

const text = (content: string) => Buffer.from(content);
const shown = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

/** What every adapter of `LogArchives` keeps. */
export function logArchiveContract(name: string, make: () => Promise<ArchiveFixture>): void {
  async function start() {
    const fixture = await make();
    onTestFinished(() => fixture.dispose());
    fixture.setStoreTime(FAKE_START);
    return { ...fixture, sakura: fixture.archives.of('sakura') };
  }

  describe(`log archive: ${name}`, () => {
    test('an entry comes back byte for byte as it was created, a large one too', async () => {
      const { sakura } = await start();
      const bytes = randomBytes(9_000_000);
      await sakura.create('0000000001', bytes);
      expect(Buffer.compare((await sakura.read('0000000001')) ?? new Uint8Array(), bytes)).toBe(0);
    });

    test('an entry that was never created reads as undefined', async () => {
      const { sakura } = await start();
      expect(await sakura.read('1')).toBeUndefined();
      await sakura.create('1', text('x'));
      expect(await sakura.read('11')).toBeUndefined();
    });

    test('a name is taken once: what stands there is never replaced', async () => {
      const { sakura } = await start();
      await sakura.create('1', text('first'));
      expect(await outcome(sakura.create('1', text('second')))).toBe('conflict');
      expect(shown(await sakura.read('1'))).toBe('first');
    });

    test('of many that create the same entry at once, one succeeds', async () => {
      const { sakura } = await start();
      const ends = await Promise.all(
        Array.from({ length: 8 }, (_, each) => outcome(sakura.create('1', text(`${each}`)))),
      );
      expect(ends.toSorted()).toEqual([...Array.from({ length: 7 }, () => 'conflict'), 'done']);
      expect(shown(await sakura.read('1'))).toBe(String(ends.indexOf('done')));
    });

    test("the list shows all names in order, with the store's own time of their writing", async () => {
      const { sakura, setStoreTime } = await start();
      await sakura.create('b', text('x'));
      setStoreTime(FAKE_START + 5000);
      for (const each of ['a-1', '0000000010', '0000000009', 'a0', 'a']) await sakura.create(each, text('x'));
      const entries = await entriesOf(sakura);
      expect(entries.map(([each]) => each)).toEqual(['0000000009', '0000000010', 'a', 'a-1', 'a0', 'b']);
      expect(entries.map(([, at]) => at)).toEqual([...Array.from({ length: 5 }, () => FAKE_START + 5000), FAKE_START]);
    });

    test('no tenant sees, takes or removes what another one has', async () => {
      const { archives, sakura, setStoreTime } = await start();
      const momo = archives.of('momo');
      await sakura.create('1', text('of sakura'));
      expect([await momo.read('1'), await entriesOf(momo)]).toEqual([undefined, []]);
      await momo.create('1', text('of momo'));
      setStoreTime(FAKE_START + KEPT_DAYS * DAY);
      await momo.removeExpired('1');
      expect([shown(await sakura.read('1')), await momo.read('1')]).toEqual(['of sakura', undefined]);
    });

    test('an entry cannot be removed before its time is over by the store, and can from that instant on', async () => {
      const { sakura, setStoreTime } = await start();
      await sakura.create('1', text('x'));
      setStoreTime(FAKE_START + KEPT_DAYS * DAY - 1000);
      expect(await outcome(sakura.removeExpired('1'))).toBe('conflict');
      expect(shown(await sakura.read('1'))).toBe('x');
      setStoreTime(FAKE_START + KEPT_DAYS * DAY);
      await sakura.removeExpired('1');
      expect([await sakura.read('1'), await entriesOf(sakura)]).toEqual([undefined, []]);
      await sakura.removeExpired('1');
    });

    test.each(['', 'A', 'a/b', '../a', 'a.json', 'あ', 'x'.repeat(101)])('the name %j is refused', async (wrong) => {
      const { sakura } = await start();
      for (const call of [sakura.create(wrong, text('x')), sakura.read(wrong), sakura.removeExpired(wrong)]) {
        await expect(call).rejects.toThrow(RangeError);
      }
    });

    test('nothing that was acknowledged is lost by a restart', async () => {
      const { sakura, reopen } = await start();
      await sakura.create('1', text('x'));
      const again = (await reopen()).of('sakura');
      expect([shown(await again.read('1')), await entriesOf(again)]).toEqual(['x', [['1', FAKE_START]]]);
      expect(await outcome(again.create('1', text('y')))).toBe('conflict');
    });
  });
}
