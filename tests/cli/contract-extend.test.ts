import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/model/instant.ts';
import { operator } from './operator.ts';

describe('contract extend', () => {
  const EXTEND = ['contract', 'extend', '--tenant', 'sakura'];

  test('gives a later end, or none, also after the end has passed', async () => {
    const { create, run, contract, mark, clock } = await operator();
    await create('sakura', '--ends-on', '2026-12-31');
    await mark('sakura', 'provisioned');
    expect((await run([...EXTEND, '--ends-on', '2027-03-31'])).exitCode).toBe(0);
    expect((await contract('sakura'))?.endsOn).toBe('2027-03-31');
    clock.set(Date.parse('2027-04-02T00:00:00Z'));
    const { exitCode, out } = await run([...EXTEND, '--open']);
    expect(exitCode).toBe(0);
    expect(out).toContain('Access now: open');
    expect(await contract('sakura')).toMatchObject({ endsOn: null, endsAt: null });
  });

  test.each([
    [[], 'either --ends-on DAY'],
    [['--open', '--ends-on', '2028-03-31'], 'either --ends-on DAY'],
    [['--ends-on', '2026-12-30'], 'would not make it later'],
  ])('%j is refused', async (more, sentence) => {
    const { create, run } = await operator();
    await create('sakura', '--ends-on', '2026-12-31');
    expect(await run([...EXTEND, ...more])).toMatchObject({ exitCode: 2, err: expect.stringContaining(sentence) });
  });

  test.each(['destroying', 'tombstone'] as const)(
    'where the service is %s it is too late, and the contract is not touched',
    async (phase) => {
      const { create, run, etag, mark } = await operator();
      await create('sakura', '--ends-on', '2026-12-31');
      await mark('sakura', phase);
      const before = await etag('sakura');
      expect(await run([...EXTEND, '--open'])).toMatchObject({
        exitCode: 2,
        out: '',
        err: expect.stringContaining('Too late'),
      });
      expect(await etag('sakura')).toBe(before);
    },
  );

  /** Runs `extend --open` against an erasure that has begun, and lets the service decide a few looks later. */
  async function against(decision: 'provisioned' | 'destroying' | undefined) {
    const at = await operator();
    await at.create('sakura', '--ends-on', '2026-12-31');
    await at.mark('sakura', 'erasure-begun');
    const running = at.run([...EXTEND, '--open']);
    let over = false;
    void running.then(() => {
      over = true;
    });
    for (let looks = 0; !over; looks += 1) {
      while (at.clock.sleeping === 0 && !over) await setImmediate();
      if (looks === 0) expect((await at.contract('sakura'))?.endsAt).toBeNull();
      if (looks === 3 && decision !== undefined) await at.mark('sakura', decision);
      await at.clock.advance(SECOND);
    }
    return { ...at, called: await running };
  }

  test('against an erasure that has begun it waits, and is extended when the mark is withdrawn', async () => {
    const { called, contract, clock } = await against('provisioned');
    expect(called.exitCode).toBe(0);
    expect(called.err).toContain('waiting for its decision');
    expect((await contract('sakura'))?.endsAt).toBeNull();
    expect(clock.monotonic()).toBeGreaterThanOrEqual(3 * SECOND);
  });

  test('against an erasure that goes on it is too late, says so, and puts the former end back', async () => {
    const { called, contract } = await against('destroying');
    expect(called).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('Too late') });
    expect(await contract('sakura')).toMatchObject({ endsOn: '2026-12-31', endsAt: '2026-12-31T15:00:00.000Z' });
  });

  test('against a service that decides nothing it gives up after 5 minutes as trouble', async () => {
    const { called, clock } = await against(undefined);
    expect(called).toMatchObject({ exitCode: 1, out: '', err: expect.stringContaining('is it running?') });
    expect(clock.monotonic()).toBeGreaterThanOrEqual(5 * MINUTE);
  });
});
