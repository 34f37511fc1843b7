import { expect, test } from 'vitest';
import { JOBS } from '../../src/jobs/job-table.ts';
import { verifyLogs } from '../../src/jobs/verify-logs.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/instant.ts';
import { randomFrom } from '../security/generated-requests.ts';
import { promises } from './year-promises.ts';
import { LASTING, RETENTION_DAYS, world } from './year-world.ts';

/** So the logs of the first months expire while those of the next ones must stay. */
const DAYS = 365;
const CALM_DAYS = 8;
/** When the jobs run in a day, counted from noon in Japan: just after midnight there, when contracts end, and at 02:00. */
const ROUNDS = [12 * HOUR + MINUTE, 14 * HOUR];
/** Every digest is read again by each verification, which is most of the time that a year takes. */
const VERIFIED_EVERY = 10;

/** In the long run several years: `LONG_RUN=1 npx vitest run --config tests/vitest.config.ts tests/jobs/simulated-year.test.ts`. */
const SEEDS = process.env['LONG_RUN'] === undefined ? [2026] : [1, 2, 3, 4, 5, 6];

test.each(SEEDS)(
  'a simulated year (seed %i), with outages and tenants that come and go: seven good generations of everybody, no young log gone, every digest verifies, nothing left of who ended',
  { timeout: 300_000 },
  async (seed) => {
    const on = await world(randomFrom(seed), randomFrom(seed + 1));
    const promised = promises(on);
    const start = on.clock.now();
    for (const tenantId of [LASTING, 'momo', 'sumire']) await on.begin(tenantId, null);
    for (let day = 0; day < DAYS; day += 1) {
      const noon = start + day * DAY;
      await on.clock.advance(noon - on.clock.now());
      await on.live(day, day >= DAYS - CALM_DAYS);
      await promised.noteEvents();
      for (const at of ROUNDS) {
        await on.clock.advance(noon + at - on.clock.now());
        await on.round(day % VERIFIED_EVERY === 0 ? JOBS : JOBS.filter(({ name }) => name !== verifyLogs.name));
        await promised.afterRound();
      }
      await promised.afterDay();
      if (day % 50 === 49 || day === DAYS - 1) await promised.thorough();
    }
    const { happened, outages } = on;
    const { counted } = promised;
    console.info(`simulated year ${seed}: ${JSON.stringify({ ...happened, ...counted, refused: outages.refused })}`);
    // A year in which little happened proves little.
    expect(happened.outages).toBeGreaterThan(10);
    expect(outages.refused).toBeGreaterThan(300);
    expect(happened.endedNow).toBeGreaterThan(1);
    expect(happened.endedWithNotice).toBeGreaterThan(1);
    expect(happened.extendedBefore + happened.extendedAfterAccessEnded).toBeGreaterThan(1);
    expect(happened.restores).toBeGreaterThan(3);
    expect(happened.deletions).toBeGreaterThan(20);
    expect(counted.erased).toBeGreaterThan(3);
    expect(counted.expiredEntries).toBeGreaterThan(200);
    expect(counted.expiredEvents).toBeGreaterThan(400);
    expect(counted.verified).toBeGreaterThan(100);
    // At most a night in ten was lost to outages, and logs do not stay for ever.
    expect(promised.lastingNights()).toBeGreaterThan(DAYS * 0.9);
    expect(on.clock.now() - promised.oldestEntry()).toBeLessThan((RETENTION_DAYS + 3) * DAY);
    expect(new Set(on.alerts())).toEqual(new Set(['backup-missed', 'contract-end-brought-forward']));
  },
);
