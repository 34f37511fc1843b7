import { describe, expect, test } from 'vitest';
import { hasLiveContract, isAnnounced, releaseDecision } from '../../../src/domain/announcements/release-gate.ts';
import { createContract } from '../../../src/domain/contracts/contract-changes.ts';
import { HOUR } from '../../../src/model/instant.ts';
import { FAKE_START } from '../../support/fake-clock.ts';
import { tenants } from '../../support/tenant.ts';
import { INCIDENT, NOTICE, Written } from './written.ts';

const RELEASE = { ...NOTICE, version: '1.4.0' };
const HOURS = 72;

function decided(written: Written, facts: { now?: number; liveContract?: boolean } = {}) {
  const { now = FAKE_START + HOURS * HOUR, liveContract = true } = facts;
  return releaseDecision({ version: '1.4.0', announcements: written.announcements, liveContract, hours: HOURS, now });
}

describe('a release', () => {
  test('passes from the very instant at which its notice has been public for the hours, and not before', () => {
    const written = new Written();
    const id = written.announce(RELEASE);
    const end = FAKE_START + HOURS * HOUR;
    expect(decided(written, { now: end - 1 })).toMatchObject({ pass: false, because: 'too-recent', passesFrom: end });
    expect(decided(written, { now: end })).toMatchObject({ pass: true, because: 'announced', notice: { id } });
  });

  test('counts from the first of its notices', () => {
    const written = new Written();
    written.announce(RELEASE, FAKE_START + HOUR);
    const first = written.announce(RELEASE);
    expect(decided(written)).toMatchObject({ pass: true, notice: { id: first } });
  });

  test('starts anew with the next notice when the first is withdrawn', () => {
    const written = new Written();
    written.withdraw(written.announce(RELEASE));
    expect(decided(written)).toEqual({ pass: false, because: 'not-announced' });
    written.announce(RELEASE, FAKE_START + HOUR);
    expect(decided(written)).toMatchObject({ because: 'too-recent', passesFrom: FAKE_START + (HOURS + 1) * HOUR });
  });

  test.each([
    ['a notice for named tenants', { ...RELEASE, audience: ['sakura'] }],
    ['a notice of another version', { ...RELEASE, version: '1.4.0-rc.1' }],
    ['a notice without version', NOTICE],
    ['an incident of that version', { ...INCIDENT, version: '1.4.0' }],
  ])('is not announced by %s', (_what, item) => {
    const written = new Written();
    written.announce(item);
    expect(decided(written)).toEqual({ pass: false, because: 'not-announced' });
  });

  test('passes without notice when nobody works with the service', () => {
    expect(decided(new Written(), { liveContract: false })).toEqual({ pass: true, because: 'no-live-contract' });
    const written = new Written();
    written.announce(RELEASE);
    expect(decided(written, { now: FAKE_START, liveContract: false })).toMatchObject({ pass: true });
  });
});

describe('people were told of a version', () => {
  test.each([
    [RELEASE, true],
    [{ ...INCIDENT, version: '1.4.0' }, true],
    [{ ...RELEASE, audience: ['sakura'] }, false],
    [{ ...RELEASE, version: '1.4.1' }, false],
    [NOTICE, false],
  ])('by %j: %s', (item, told) => {
    const written = new Written();
    const id = written.announce(item);
    expect(isAnnounced('1.4.0', written.announcements)).toBe(told);
    written.withdraw(id);
    expect(isAnnounced('1.4.0', written.announcements)).toBe(false);
  });
});

describe('a live contract', () => {
  async function withContracts(terms: readonly { startsOn: string; endsOn: string | null }[]) {
    const { contracts } = await tenants();
    for (const [at, { startsOn, endsOn }] of terms.entries()) {
      const tenantId = `tenant-${String(at).padStart(3, '0')}`;
      const value = createContract({ tenantId, name: 'さくら', startsOn, endsOn }, Date.parse('2020-01-01T00:00:00Z'));
      await contracts.create({ partition: tenantId, id: 'contract', value, dueAt: null });
    }
    return hasLiveContract(contracts, FAKE_START);
  }
  const open = { startsOn: '2020-04-01', endsOn: null };
  const ended = { startsOn: '2020-04-01', endsOn: '2021-03-31' };
  const later = { startsOn: '2027-04-01', endsOn: null };

  test.each([
    [[], false],
    [[ended, later], false],
    [[ended, open], true],
    [[...Array.from({ length: 100 }, () => ended)], false],
    [[...Array.from({ length: 100 }, () => ended), open], true],
  ])('is found wherever it stands', async (terms, live) => {
    expect(await withContracts(terms)).toBe(live);
  });
});
