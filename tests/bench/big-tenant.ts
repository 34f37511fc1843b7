import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecretFiles } from '../../src/adapters/local-files/secret-files.ts';
import { openControl } from '../../src/adapters/sqlite/control-store.ts';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import { childSchema } from '../../src/domain/collections/child-fields.ts';
import { CHILDREN } from '../../src/domain/collections/children.ts';
import { FACILITIES } from '../../src/domain/collections/facilities.ts';
import { recordWrite } from '../../src/domain/collections/record-writes.ts';
import { CONTRACT_ID, type Contract } from '../../src/domain/contracts/contract.ts';
import { createContract } from '../../src/domain/contracts/contract-changes.ts';
import { newId } from '../../src/domain/ids.ts';
import { TENANT_SECRET_BYTES } from '../../src/domain/sealing.ts';
import type { Change, TenantHandle } from '../../src/domain/tenant-handle.ts';
import { TenantHandles } from '../../src/domain/tenant-handles.ts';
import { TenantKeys, tenantSecretName } from '../../src/domain/tenant-keys.ts';
import { type Visitor, visitorEvent } from '../../src/endpoints/pipeline/caller.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { EVERYTHING, staff } from '../support/staff.ts';

const FAMILIES = [
  '佐藤さとう',
  '鈴木すずき',
  '髙橋たかはし',
  '田中たなか',
  '渡邉わたなべ',
  '山﨑やまざき',
  '小林こばやし',
  '齋藤さいとう',
];
const GIVEN = [
  '陽翔はると',
  '蓮れん',
  '湊みなと',
  '陽葵ひまり',
  '凛りん',
  '結菜ゆいな',
  '咲良さくら',
  '碧あお',
  '紬つむぎ',
];
const PER_COMMIT = 90;

/** The embedded stores in a folder of their own, without any test runner. */
export function benchStores() {
  const folder = mkdtempSync(join(tmpdir(), 'leyserkids-bench-'));
  const clock = new FakeClock();
  const storeTime = () => clock.now();
  const control = openControl(join(folder, 'control.sqlite'), { storeTime });
  const partitions = openPartitions(join(folder, 'data.sqlite'), { clock, storeTime });
  const vault = openSecretFiles(join(folder, 'tenant-keys'), storeTime);
  const contracts = control.container<Contract>('contracts');
  const handles = new TenantHandles({ partitions, contracts, keys: new TenantKeys(vault, clock), clock });
  const visitor: Visitor = { address: null, agent: 'bench', device: null, trace: 'bench', now: clock.now() };
  const event = () => visitorEvent(visitor, { action: 'record-created' });

  return {
    clock,
    control,
    /** A tenant with so many facilities, each with so many children; its director's requests, and the facilities. */
    async tenant(tenantId: string, facilities: number, children: number) {
      const terms = { tenantId, name: 'さくら福祉会', startsOn: '2026-04-01', endsOn: null };
      const value = createContract(terms, clock.now());
      await contracts.create({ partition: tenantId, id: CONTRACT_ID, value, dueAt: null });
      const { version } = await vault.set(
        tenantSecretName(tenantId),
        randomBytes(TENANT_SECRET_BYTES).toString('base64'),
      );
      await partitions.of(tenantId).openGate({ name: 'gate:1', content: { dataKey: version, lookupKey: version } });
      const { handle } = await handles.open(tenantId);
      const made: string[] = [];
      for (let nth = 0; nth < facilities; nth += 1) made.push(await withChildren(handle, nth, children));
      const people = staff(handles, clock, tenantId);
      const token = await people.signIn(await people.add(EVERYTHING));
      return { handle, facilities: made, director: () => people.caller(token), children: facilities * children };
    },
    close() {
      control.close();
      partitions.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  async function withChildren(handle: TenantHandle, nth: number, count: number): Promise<string> {
    const facility = newId(clock.now());
    const fields = FACILITIES.schema.parse({ name: `さくら保育園${nth}`, type: 'nursery' });
    const keep = { made: undefined, closedOn: null };
    await handle.commit(
      [{ type: 'create', record: recordWrite(FACILITIES, facility, fields as never, keep) }],
      [event()],
    );
    const changes: Change[] = Array.from({ length: count }, (_, at) => ({
      type: 'create',
      record: recordWrite(CHILDREN, newId(clock.now()), child(facility, nth * count + at), keep),
    }));
    for (let from = 0; from < changes.length; from += PER_COMMIT) {
      await handle.commit(changes.slice(from, from + PER_COMMIT), [event()]);
    }
    return facility;
  }
}

/** A record of about 1 KB, as nurseries fill it in. */
function child(facility: string, nth: number) {
  const [familyName, familyNameKana] = split(FAMILIES, nth);
  const [givenName, givenNameKana] = split(GIVEN, Math.floor(nth / FAMILIES.length));
  return childSchema.parse({
    facility,
    ...{ familyName, familyNameKana, givenName, givenNameKana },
    birthDate: `202${nth % 5}-0${1 + (nth % 9)}-1${nth % 10}`,
    enrolments: [{ from: '2025-04-01' }],
    address: '東京都見本区桜町1-2-3',
    phone: '090-0000-0000',
    guardians: [
      { name: `${familyName} 愛`, kana: `${familyNameKana} あい`, relationship: '母', phones: ['090-0000-0000'] },
    ],
    notes: '牛乳は温めて飲みます。'.repeat(10),
  });
}

function split(names: readonly string[], nth: number): readonly [string, string] {
  const [, name = '', kana = ''] = /^(.*?)([ぁ-ん]+)$/.exec(names[nth % names.length] ?? '') ?? [];
  return [name, kana];
}
