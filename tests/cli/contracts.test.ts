import { describe, expect, test } from 'vitest';
import { CONTRACT_ID, type Contract } from '../../src/domain/contracts/contract.ts';
import { codeHash } from '../../src/domain/sign-in/codes.ts';
import { DAY, HOUR, instant, SECOND } from '../../src/model/instant.ts';
import type { ControlContainer, ControlStore } from '../../src/ports/control-store.ts';
import { operator } from './operator.ts';

const NOON = Date.parse('2026-11-24T03:00:00.000Z');

/** The control store, with `before` called ahead of the first replacement of a contract. */
function interfered(
  control: ControlStore,
  before: (contracts: ControlContainer<Contract>) => Promise<void>,
): ControlStore {
  let once = true;
  const contracts = control.container<Contract>('contracts');
  const replace: typeof contracts.replace = async (item, etag) => {
    if (once) {
      once = false;
      await before(contracts);
    }
    return contracts.replace(item, etag);
  };
  return {
    now: () => control.now(),
    container: ((name) =>
      name === 'contracts' ? { ...contracts, replace } : control.container(name)) as ControlStore['container'],
  };
}

describe('contract create', () => {
  test('stores the terms and the hash of the code, and shows code and link once with what to do with them', async () => {
    const { create, contract, run } = await operator();
    const { exitCode, out, err } = await create('sakura', '--ends-on', '2027-03-31');
    expect([exitCode, err]).toEqual([0, '']);
    const code = /Activation code: (\S+)/.exec(out)?.[1] ?? '';
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(out).toContain(`http://localhost:7071/register#tenant=sakura&code=${code}`);
    expect(out).toContain('first administrator');
    expect(await contract('sakura')).toEqual({
      tenantId: 'sakura',
      name: 'さくら福祉会',
      startsOn: '2026-04-01',
      endsOn: '2027-03-31',
      endsAt: '2027-03-31T15:00:00.000Z',
      activation: { codeHash: codeHash(code), issuedAt: instant(NOON), expiresAt: instant(NOON + 14 * DAY) },
      createdAt: instant(NOON),
    });
    for (const line of [
      ['contract', 'show', '--tenant', 'sakura'],
      ['contract', 'list', '--json'],
    ]) {
      const shown = await run(line);
      expect(shown.out).not.toContain(code);
      expect(shown.out).not.toContain(codeHash(code));
    }
  });

  test('answers programs in JSON on stdout', async () => {
    const { create } = await operator();
    const { activation, contract } = JSON.parse((await create('sakura', '--json')).out);
    expect(activation.link).toBe(`http://localhost:7071/register#tenant=sakura&code=${activation.code}`);
    expect(contract).toMatchObject({ tenantId: 'sakura', endsAt: null, access: 'open' });
    expect(JSON.stringify(contract)).not.toContain(codeHash(activation.code));
  });

  test('an id that was ever used is refused, and the contract that stands stays as it is', async () => {
    const { create, contract } = await operator();
    await create('sakura');
    const before = await contract('sakura');
    const { exitCode, err } = await create('sakura');
    expect(exitCode).toBe(2);
    expect(err).toContain('an id is never used again');
    expect(await contract('sakura')).toEqual(before);
  });

  test('wrong terms are refused with one sentence and nothing is written', async () => {
    const { create, contract } = await operator();
    const { exitCode, err } = await create('sakura', '--ends-on', '2026-02-30');
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^"2026-02-30" cannot be used as a day.*\n$/);
    expect(await contract('sakura')).toBeUndefined();
  });
});

describe('contract code', () => {
  test('issues another code, which replaces the one before', async () => {
    const { create, run, contract } = await operator();
    const first = JSON.parse((await create('sakura', '--json')).out).activation.code;
    const second = JSON.parse((await run(['contract', 'code', '--tenant', 'sakura', '--json'])).out).code;
    expect(second).not.toBe(first);
    expect((await contract('sakura'))?.activation?.codeHash).toBe(codeHash(second));
  });

  test('of a tenant that is not there is refused', async () => {
    const { run } = await operator();
    const { exitCode, err } = await run(['contract', 'code', '--tenant', 'momo']);
    expect(exitCode).toBe(2);
    expect(err).toBe('There is no contract "momo"; "contract list" shows those that exist.\n');
  });
});

describe('contract list and show', () => {
  test('an empty list says what to do, a full one has a line per contract, beyond the first page too', async () => {
    const { create, run, mark } = await operator();
    expect((await run(['contract', 'list'])).out).toContain('contract create');
    for (let at = 0; at < 101; at += 1) await create(`tenant-${String(at).padStart(3, '0')}`);
    await mark('tenant-007', 'provisioned');
    const { out } = await run(['contract', 'list']);
    expect(out.trim().split('\n')).toHaveLength(102);
    expect(out).toMatch(/tenant-007 +2026-04-01 +- +open +ready +さくら福祉会/);
    expect(JSON.parse((await run(['contract', 'list', '--json'])).out)).toHaveLength(101);
  });

  test('show tells the exact end in Japan time and in UTC, and the state of the service', async () => {
    const { create, run, mark, clock } = await operator();
    await create('sakura', '--ends-on', '2027-03-31');
    expect((await run(['contract', 'show', '--tenant', 'sakura'])).out).toContain(
      'not known until the service has seen',
    );
    await mark('sakura', 'tombstone');
    clock.set(Date.parse('2027-03-31T15:00:00Z'));
    const { out } = await run(['contract', 'show', '--tenant', 'sakura']);
    expect(out).toContain('2027-04-01 00:00 Japan time (2027-03-31T15:00:00.000Z)');
    expect(out).toContain('Access now: ended');
    expect(out).toContain('Service: erased');
  });
});

describe('contract end', () => {
  const END = ['contract', 'end', '--tenant', 'sakura'];

  test("--now ends access 60 s ahead by the store's time, whatever the host's clock says", async () => {
    const { create, run, contract, control } = await operator();
    await create('sakura');
    const store = { ...control, now: async () => NOON + HOUR };
    const { exitCode, out } = await run([...END, '--now', '--yes'], { control: store });
    expect(exitCode).toBe(0);
    expect((await contract('sakura'))?.endsAt).toBe(instant(NOON + HOUR + 60 * SECOND));
    expect(out).toContain('contract extend');
  });

  test('--on ends access at midnight after the day', async () => {
    const { create, run, contract } = await operator();
    await create('sakura');
    expect((await run([...END, '--on', '2026-12-31', '--confirm', 'sakura'])).exitCode).toBe(0);
    expect(await contract('sakura')).toMatchObject({ endsOn: '2026-12-31', endsAt: '2026-12-31T15:00:00.000Z' });
  });

  test.each([[[]], [['--now', '--on', '2026-12-31']]])('needs exactly one of --on and --now: %j', async (more) => {
    const { create, run } = await operator();
    await create('sakura');
    expect(await run([...END, ...more, '--yes'])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('--on DAY'),
    });
  });

  test('is written only when the tenant id was typed, or confirmed in the call', async () => {
    const { create, run, contract } = await operator();
    await create('sakura');
    const before = await contract('sakura');
    expect((await run([...END, '--now'])).err).toContain('--confirm sakura');
    expect((await run([...END, '--now', '--confirm', 'momo'])).err).toContain('nothing was changed');
    const wrong = await run([...END, '--now'], { ask: async () => 'yes' });
    expect(wrong).toMatchObject({ exitCode: 2, err: expect.stringContaining('nothing was changed') });
    expect(await contract('sakura')).toEqual(before);

    let question = '';
    const ask = async (text: string) => {
      question = text;
      return 'sakura';
    };
    expect((await run([...END, '--now'], { ask })).exitCode).toBe(0);
    expect(question).toContain('さくら福祉会');
    expect((await contract('sakura'))?.endsAt).not.toBeNull();
  });

  test('what cannot be done is refused before anybody is asked', async () => {
    const { create, run } = await operator();
    await create('sakura');
    const ask = () => Promise.reject(new Error('asked'));
    expect(await run([...END, '--on', '2026-11-23'], { ask })).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('past'),
    });
  });

  test('a second end is refused with the time of the first', async () => {
    const { create, run } = await operator();
    await create('sakura');
    await run([...END, '--now', '--yes']);
    const { exitCode, err } = await run([...END, '--now', '--yes']);
    expect(exitCode).toBe(2);
    expect(err).toContain('ends at 2026-11-24 12:01 (Japan time) already');
  });

  test("another operator's change in between is kept, and judged anew", async () => {
    const { create, run, contract, control } = await operator();
    await create('sakura');
    const renamed = interfered(control, async (contracts) => {
      const standing = await contracts.get('sakura', CONTRACT_ID);
      if (standing) await contracts.replace({ ...standing, value: { ...standing.value, name: '改名' } }, standing.etag);
    });
    expect((await run([...END, '--on', '2026-12-31', '--yes'], { control: renamed })).exitCode).toBe(0);
    expect(await contract('sakura')).toMatchObject({ name: '改名', endsOn: '2026-12-31' });

    const endedEarlier = interfered(control, async () => {
      await run([...END, '--on', '2026-12-01', '--yes']);
    });
    expect((await run([...END, '--on', '2026-12-24', '--yes'], { control: endedEarlier })).exitCode).toBe(2);
    expect((await contract('sakura'))?.endsOn).toBe('2026-12-01');
  });
});
