import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { openCosmosControl } from '../../src/adapters/cosmos/control-store.ts';
import { openCosmosPartitions } from '../../src/adapters/cosmos/partition-store.ts';
import { BACKED_UP } from '../../src/domain/backups/backed-up-kinds.ts';
import { standingDocuments } from '../../src/domain/backups/backup-document.ts';
import type { Caller } from '../../src/endpoints/pipeline/caller.ts';
import {
  changeChild,
  createChild,
  createFacility,
  listChildren,
  readChild,
  searchChildren,
} from '../../src/endpoints/records/record-endpoints.ts';
import { HOUR } from '../../src/model/instant.ts';
import { type Asked, ask, NO_SERVICES } from '../support/ask.ts';
import { CosmosDouble } from '../support/cosmos-double/cosmos-double.ts';
import { WaitingClock } from '../support/cosmos-double/cosmos-fixture.ts';
import { openAccount } from '../support/cosmos-double/open-account.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { EVERYTHING, staff } from '../support/staff.ts';
import type { Stores, StoresOptions } from '../support/stores.ts';
import { tenants } from '../support/tenant.ts';
import { monthOf } from './monthly-cost.ts';
import { SNAPSHOT } from './snapshot.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
/** Of one facility, as the invented nursery has them. */
const CHILDREN = 90;

/** A nursery over the Cosmos adapter, and what its requests are charged. */
async function charged() {
  const telemetry = new RecordingTelemetry();
  const double = await CosmosDouble.start();
  const all = await tenants({
    async open({ clock, storeTime }: StoresOptions): Promise<Stores> {
      double.followTime(storeTime);
      const account = await openAccount(double, { clock: new WaitingClock(), telemetry });
      onTestFinished(async () => {
        account.close();
        await double.stop();
      });
      return { control: openCosmosControl(account), partitions: openCosmosPartitions(account, { clock }) };
    },
  });
  const tenant = await all.provision();
  const people = staff(all.handles, all.clock);
  const director = await people.signIn(await people.add(EVERYTHING));
  return {
    ...all,
    tenant,
    /** The units of one request, its session included. */
    async units(request: (caller: Caller) => Promise<unknown>): Promise<number> {
      telemetry.records.length = 0;
      await request(await people.caller(director));
      const measures = telemetry.records.flatMap((one) => (one.type === 'measure' ? [one] : []));
      return measures.filter(({ name }) => name === 'cosmos-charge').reduce((sum, { value }) => sum + value, 0);
    },
  };
}

/** A record with what registers hold: about 1 KB. */
function aChild(facility: string, n: number): object {
  return {
    facility,
    ...{ familyName: '山田', givenName: `花子${n}`, familyNameKana: 'やまだ', givenNameKana: 'はなこ' },
    ...{ birthDate: '2023-05-01', number: String(1000 + n), enrolments: [{ from: '2024-04-01' }] },
    certifications: [{ certification: '3', hours: 'standard', from: '2024-04-01' }],
    ...{ postalCode: '100-0001', address: '東京都見本区桜町1-2-3', phone: '03-0000-0001' },
    guardians: [{ name: '山田　太郎', relationship: '父', phones: ['090-0000-0001'] }],
  };
}

async function measured(): Promise<ReadonlyMap<string, number>> {
  const here = await charged();
  const { clock } = here;
  const made = async (caller: Caller, endpoint: typeof createChild, body: object) =>
    (await ask(endpoint, caller, { body })).body as { readonly id: string; readonly etag: string };
  let garden = '';
  await here.units(async (caller) => {
    garden = (await made(caller, createFacility, { name: 'さくら保育園', type: 'nursery' })).id;
  });
  let child = { id: '', etag: '' };
  let created = 0;
  for (let n = 0; n < CHILDREN; n += 1) {
    created = await here.units(async (caller) => {
      child = await made(caller, createChild, aChild(garden, n));
    });
  }
  const asking = (endpoint: Parameters<typeof ask>[0], asked: Asked) =>
    here.units((caller) => ask(endpoint, caller, asked, NO_SERVICES));
  const { id, etag } = child;
  const first = await asking(readChild, { params: { id } });
  const again = await asking(readChild, { params: { id } });
  await asking(listChildren, { query: { facility: garden } });
  const list = await asking(listChildren, { query: { facility: garden } });
  await asking(searchChildren, { body: { text: '花子1' } });
  const search = await asking(searchChildren, { body: { text: '花子1' } });
  const change = await asking(changeChild, { params: { id }, body: { notes: 'よく眠る' }, ifMatch: etag });
  await clock.advance(HOUR);
  const backup = await here.units(async () => {
    for (const of of BACKED_UP) for await (const _ of standingDocuments(here.tenant, of, clock));
  });
  return new Map([
    ['open a record, first time in the hour', first],
    ['open a record again', again],
    [`list a facility of ${CHILDREN} children`, list],
    [`search ${CHILDREN} children by name`, search],
    ['create a record', created],
    ['change a record', change],
    [`read ${CHILDREN} children for a backup`, backup],
  ]);
}

/** What the months at idle and at two sizes of the service cost, as rows of the README. */
function months(units: ReadonlyMap<string, number>): readonly string[] {
  const round = (value: number) => Number(value.toPrecision(2)).toLocaleString('en');
  return [0, 500, 20_000].map((tenants) => {
    const { throughputNeeded, throughputBilled, ...costs } = monthOf(tenants, units, SNAPSHOT);
    const { database, blobs, logs, functions, fixed, total } = costs;
    const figures = [throughputNeeded, throughputBilled, database, blobs, logs, functions, fixed, total].map(round);
    return `| ${[tenants.toLocaleString('en'), ...figures].join(' | ')} |`;
  });
}

test('the README tells what requests and months cost, by the charges of the double and the resources of the snapshot', async () => {
  const units = await measured();
  const requests = [...units].map(([what, charge]) => `| ${what} | ${Math.round(charge)} |`);
  const told = README.split('\n').map((line) => line.replace(/\s+\|/g, ' |').replace(/\|\s+/g, '| '));
  expect(told).toEqual(expect.arrayContaining([...requests, ...months(units)]));
});
