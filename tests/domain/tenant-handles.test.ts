import { describe, expect, test } from 'vitest';
import type { Contract } from '../../src/domain/contracts/contract.ts';
import { CONTRACT_ID } from '../../src/domain/contracts/contract.ts';
import { createContract } from '../../src/domain/contracts/contract-changes.ts';
import { SIGN_IN_RULES, SIGN_IN_RULES_ID } from '../../src/domain/sign-in/sign-in-rules.ts';
import { TenantHandles } from '../../src/domain/tenant-handles.ts';
import { visitorEvent } from '../../src/endpoints/pipeline/caller.ts';
import { instant, SECOND } from '../../src/model/instant.ts';
import type { ControlReader } from '../../src/ports/control-store.ts';
import type { SecretReader } from '../../src/ports/secret-store.ts';
import { isStoreError } from '../../src/ports/store-error.ts';
import { refusal, refusedAs } from '../support/ask.ts';
import { tenants } from '../support/tenant.ts';

const END = Date.parse('2026-11-24T15:00:00.000Z');

/** Tenants whose vault says what it was asked for. */
async function watchedTenants() {
  const keysAsked: string[] = [];
  const wrapVault = (vault: SecretReader): SecretReader => ({
    get(name, version) {
      keysAsked.push(name);
      return vault.get(name, version);
    },
  });
  const all = await tenants({ wrapVault });
  const setEnd = async (endsOn: string | null) => {
    const stored = await all.contracts.get('sakura', CONTRACT_ID);
    const terms = { tenantId: 'sakura', name: 'さくら福祉会', startsOn: '2026-04-01', endsOn };
    const value = createContract(terms, all.clock.now());
    await all.contracts.replace({ partition: 'sakura', id: CONTRACT_ID, value, dueAt: null }, stored?.etag ?? '');
  };
  const reads: string[] = [];
  const contracts: ControlReader<Contract> = {
    ...all.contracts,
    get(partition, id) {
      reads.push(`${partition}/${id}`);
      return all.contracts.get(partition, id);
    },
  };
  const { partitions, clock } = all;
  /** An instance whose reads of contracts are counted. */
  const counted = () => ({ handles: new TenantHandles({ partitions, contracts, keys: all.keys, clock }), reads });
  return { ...all, keysAsked, setEnd, counted };
}

describe('access to a tenant', () => {
  test('ends at the exact end of its contract, on an instance that remembers it too', async () => {
    const all = await watchedTenants();
    await all.provision('sakura', '2026-11-24');
    all.clock.set(END - 1);
    await all.handles.open('sakura');
    all.clock.set(END);
    expect(await refusedAs(all.handles.open('sakura'))).toBe('contract-ended');
    expect(await refusedAs(all.instance().handles.open('sakura'))).toBe('contract-ended');
  });

  test('begins with the first instant of its contract', async () => {
    const all = await watchedTenants();
    await all.provision();
    const { handles } = all.instance();
    all.clock.set(Date.parse('2026-03-31T14:59:59.999Z'));
    expect(await refusedAs(handles.open('sakura'))).toBe('contract-ended');
    all.clock.set(Date.parse('2026-03-31T15:00:00.000Z'));
    await handles.open('sakura');
  });

  test('leaves no key in memory once it has ended', async () => {
    const all = await watchedTenants();
    await all.provision('sakura', '2026-11-24');
    all.keysAsked.length = 0;
    await all.clock.advance(31 * SECOND);
    await all.handles.open('sakura');
    expect(all.keysAsked).toEqual([]);
    all.clock.set(END);
    expect(await refusedAs(all.handles.open('sakura'))).toBe('contract-ended');
    await all.setEnd('2026-12-31');
    await all.handles.open('sakura');
    expect(all.keysAsked).toEqual(['tenant-sakura']);
  });

  test('is refused where there is no contract, and told as starting while there is no gate', async () => {
    const all = await watchedTenants();
    expect(await refusedAs(all.handles.open('sakura'))).toBe('contract-ended');
    await all.provision();
    await all.partitions.of('sakura').closeGate();
    const failure = await refusal(all.instance().handles.open('sakura'));
    expect([failure.code, failure.retryAfter]).toEqual(['starting', 15]);
  });

  test('is trouble, not another key, where the gate names a key that the vault does not hold', async () => {
    const all = await watchedTenants();
    await all.provision();
    await all.vault.delete('tenant-sakura');
    const opened = all.instance().handles.open('sakura');
    await expect(opened).rejects.toSatisfy((error) => isStoreError(error, 'unavailable'));
  });
});

describe('what an instance remembers of a tenant', () => {
  test('costs no read for 30 seconds, then all is read anew: an end that was brought forward is seen', async () => {
    const all = await watchedTenants();
    await all.provision();
    const { handles, reads } = all.counted();
    const endsAt = async () => (await handles.open('sakura')).handle.contract.endsAt;
    expect(await endsAt()).toBeNull();
    await all.setEnd('2026-11-24');
    await all.clock.advance(30 * SECOND - 1);
    expect(await endsAt()).toBeNull();
    expect(reads).toHaveLength(1);
    await all.clock.advance(1);
    expect(await endsAt()).toBe(instant(END));
    expect(reads).toHaveLength(2);
  });

  test('is counted from before it was read, however long the reading took', async () => {
    const all = await watchedTenants();
    await all.provision();
    const slow: ControlReader<Contract> = {
      ...all.contracts,
      async get(partition, id) {
        const stored = await all.contracts.get(partition, id);
        await all.clock.advance(29 * SECOND);
        return stored;
      },
    };
    const { partitions, keys, clock } = all;
    const handles = new TenantHandles({ partitions, contracts: slow, keys, clock });
    const { handle } = await handles.open('sakura');
    expect((await handles.open('sakura')).handle).toBe(handle);
    await clock.advance(SECOND);
    expect((await handles.open('sakura')).handle).not.toBe(handle);
  });

  test('includes its sign-in rules, for no longer', async () => {
    const all = await watchedTenants();
    const tenant = await all.provision();
    const { handles } = all.instance();
    await handles.open('sakura');
    const rules = { allowedNetworks: ['192.0.2.0/24'], sessionHours: 8 };
    const visitor = { address: null, agent: '', device: null, trace: '', now: all.clock.now() };
    await tenant.commit(
      [{ type: 'create', record: { kind: SIGN_IN_RULES, id: SIGN_IN_RULES_ID, body: rules } }],
      [visitorEvent(visitor, { action: 'sign-in-rules-changed' })],
    );
    expect((await handles.open('sakura')).rules.sessionHours).toBe(336);
    await all.clock.advance(30 * SECOND);
    expect((await handles.open('sakura')).rules).toEqual(rules);
  });

  test('is not kept for a tenant that could not be opened', async () => {
    const all = await watchedTenants();
    const { handles } = all.instance();
    expect(await refusedAs(handles.open('sakura'))).toBe('contract-ended');
    await all.provision();
    expect((await handles.open('sakura')).handle.tenantId).toBe('sakura');
  });
});
