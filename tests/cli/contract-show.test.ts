import { expect, test } from 'vitest';
import { CONTRACT_ID } from '../../src/domain/contracts/contract.ts';
import {
  begun,
  claimed,
  destroying,
  keyGone,
  provisioned,
  stateItem,
  type TenantState,
  tombstone,
} from '../../src/domain/contracts/tenant-state.ts';
import { DAY, HOUR, instant, MINUTE } from '../../src/model/instant.ts';
import { operator } from './operator.ts';

const END = Date.parse('2026-12-31T15:00:00.000Z');
const SHOW = ['contract', 'show', '--tenant', 'sakura'];

/** A tenant whose end the service has seen at that time. */
function seen(firstSeenAt: number | null): TenantState {
  const state = provisioned(claimed('run', instant(END)), 'v1', END - 200 * DAY);
  return {
    ...state,
    mirror: { endsAt: instant(END), firstSeenAt: firstSeenAt === null ? null : instant(firstSeenAt) },
  };
}

const LONG_KNOWN = seen(END - 30 * DAY);
const WAITING = { because: 'clocks-apart', endsAt: instant(END), since: instant(END + HOUR) } as const;
const DESTROYING = destroying(begun(LONG_KNOWN, END));

/** What `contract show` tells at that time of a contract that ends at END. */
async function shown(state: TenantState | undefined, now: number, notice = DAY) {
  const { create, run, control, clock } = await operator();
  await create('sakura', '--ends-on', '2026-12-31');
  if (state !== undefined) await control.container('tenant-state').create(stateItem('sakura', state));
  clock.set(now);
  const { out } = await run(SHOW, { erasureNotice: notice });
  const { service } = JSON.parse((await run([...SHOW, '--json'], { erasureNotice: notice })).out);
  return { out, service };
}

test.each<[string, TenantState | undefined, number, string, string]>([
  ['before the service has seen it', undefined, END - DAY, 'not-seen', 'has not seen this end yet'],
  ['before the end', LONG_KNOWN, END - 1, 'not-ended', 'the contract has not ended'],
  ['an end known too shortly', seen(END - 2 * HOUR), END + HOUR, 'known-too-shortly', 'only since 2026-12-31 22:00'],
  ['an end just seen', seen(null), END + MINUTE, 'end-not-seen', 'has not seen this end yet'],
  ['an end that is due', LONG_KNOWN, END + 1, 'due', 'begins with its next run'],
  ['clocks that are apart', { ...LONG_KNOWN, waiting: WAITING }, END + DAY, 'clocks-apart', 'since 2027-01-01 01:00'],
  ['a mark', begun(LONG_KNOWN, END), END + 1, 'deciding', 'decides right now'],
])('tells why the data are not destroyed yet: %s', async (_, state, now, because, sentence) => {
  const { out, service } = await shown(state, now);
  expect(service).toMatchObject({ notDestroyedBecause: because });
  expect(out).toMatch(new RegExp(`^Why not yet: .*${sentence}`, 'm'));
});

test('tells from when on the data are destroyed: at the end, or when the notice is over', async () => {
  expect((await shown(LONG_KNOWN, END - DAY)).out).toContain(
    'Data destroyed from: 2027-01-01 00:00 Japan time (2026-12-31T15:00:00.000Z)',
  );
  const late = await shown(seen(END - 2 * HOUR), END);
  expect(late.service.destroysFrom).toBe(instant(END + 22 * HOUR));
  expect(late.out).toContain('waits 24 hours');
  const longer = await shown(seen(END - 2 * HOUR), END, 3 * DAY);
  expect(longer.service.destroysFrom).toBe(instant(END + 70 * HOUR));
  expect(longer.out).toContain('waits 72 hours');
});

test('what the guard said of a former end is not told of this one', async () => {
  const waiting = { ...WAITING, endsAt: instant(END - DAY) };
  expect((await shown({ ...LONG_KNOWN, waiting }, END + 1)).service.notDestroyedBecause).toBe('due');
});

test('tells when the key was destroyed, when everything was erased, and how much', async () => {
  expect((await shown(DESTROYING, END + 1)).out).toContain('Key destroyed: not yet');
  const gone = keyGone(DESTROYING, END + MINUTE);
  const { out, service } = await shown(gone, END + HOUR);
  expect(out).toContain('Key destroyed: at 2027-01-01 00:01 Japan time');
  expect(out).toContain('Data erased: not yet');
  expect(service).toMatchObject({ phase: 'destroying', notDestroyedBecause: null });
  const erased = await shown(tombstone(gone, { documents: 7, blobs: 3 }, END + 2 * MINUTE), END + HOUR);
  expect(erased.out).toMatch(/^Data erased: at 2027-01-01 00:02 .*: 7 documents, 3 backup files$/m);
  expect(erased.service.erasure).toEqual({
    begunAt: instant(END),
    keyGoneAt: instant(END + MINUTE),
    erasedAt: instant(END + 2 * MINUTE),
    documents: 7,
    blobs: 3,
  });
});

test('of a contract document that vanished it says that nothing is destroyed, and what to do', async () => {
  const { create, run, control } = await operator();
  await create('sakura');
  await control.container('tenant-state').create(stateItem('sakura', LONG_KNOWN));
  await control.container('contracts').remove('sakura', CONTRACT_ID);
  const { exitCode, err } = await run(SHOW);
  expect(exitCode).toBe(2);
  expect(err).toContain('has vanished');
  expect(err).toContain('nothing is destroyed');
});
