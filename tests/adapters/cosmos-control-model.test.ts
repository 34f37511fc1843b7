import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCosmosControl } from '../../src/adapters/cosmos/control-store.ts';
import { openControl } from '../../src/adapters/sqlite/control-store.ts';
import type { ControlStore } from '../../src/ports/control-store.ts';
import { CosmosDouble } from '../support/cosmos-double/cosmos-double.ts';
import { openAccount } from '../support/cosmos-double/open-account.ts';
import { EtagBook, exact, maybe, type Side, told } from '../support/cosmos-double/side-by-side.ts';
import { FAKE_START, FakeClock } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';

const oddId = fc.constantFrom('state', 'a/b', 'a\\b', 'q?x#y', '~', 'a~002fb', 'さくら', ' a', 'restore:r1');
const partition = fc.constantFrom('$service', 'sakura', 'momiji', 'sakura-2');
const dueAt = fc.option(fc.integer({ min: 1, max: 5 }));
const limit = fc.constantFrom(1, 2, 3, 50);

const controlStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('create' as const), partition, id: oddId, dueAt, n: fc.nat(9) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('replace' as const),
      partition,
      id: oddId,
      dueAt,
      age: fc.constantFrom(0, 0, 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('get' as const, 'remove' as const), partition, id: oddId }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ofPartition' as const), partition }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('page' as const),
      after: maybe(fc.record({ partition, id: oddId })),
      limit,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('changedSince' as const),
      since: fc.integer({ min: 0, max: 40 }),
      after: maybe(fc.record({ seconds: fc.integer({ min: 0, max: 40 }), partition, id: oddId })),
      limit,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('due' as const), id: oddId, at: fc.integer({ min: 0, max: 6 }), limit }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const) }) },
);
type ControlStep = typeof controlStep extends fc.Arbitrary<infer T> ? T : never;

function askControl(side: Side, store: ControlStore, book: EtagBook, step: ControlStep) {
  const container = store.container('tenant-state');
  switch (step.do) {
    case 'create':
      return told(() => container.create({ ...placeOf(step), value: { n: step.n }, dueAt: step.dueAt }));
    case 'replace': {
      const etag = book.pick(`${step.partition}/${step.id}`, step.age, side);
      return told(() => container.replace({ ...placeOf(step), value: { replaced: true }, dueAt: step.dueAt }, etag));
    }
    case 'get':
      return told(() => container.get(step.partition, step.id));
    case 'remove':
      return told(() => container.remove(step.partition, step.id));
    case 'ofPartition':
      return told(() => container.ofPartition(step.partition));
    case 'page':
      return told(() => container.page(exact({ after: step.after, limit: step.limit })));
    case 'changedSince': {
      const after = step.after && { ...step.after, committedAt: FAKE_START + step.after.seconds * 1000 };
      return told(() =>
        container.changedSince(exact({ since: FAKE_START + step.since * 1000, after, limit: step.limit })),
      );
    }
    case 'due':
      return told(() => container.due({ id: step.id, at: step.at, limit: step.limit }));
    case 'pass':
      return told(() => store.now());
  }
}

function placeOf({ partition, id }: { readonly partition: string; readonly id: string }) {
  return { partition, id };
}

test('control items under any id get the same answers from the embedded store and from Cosmos DB', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(controlStep, { minLength: 150, maxLength: 150 }), async (sequence) => {
      const double = await CosmosDouble.start();
      const clock = new FakeClock();
      const account = await openAccount(double, { clock });
      const sqlite = openControl(join(tempFolder(), 'control.sqlite'), { storeTime: () => clock.now() });
      const cosmos = openCosmosControl(account);
      const book = new EtagBook();
      try {
        for (const each of sequence) {
          if (each.do === 'pass') {
            clock.set(clock.now() + 1000);
            double.storeTime = clock.now();
          }
          const answers = {
            sqlite: await askControl('sqlite', sqlite, book, each),
            cosmos: await askControl('cosmos', cosmos, book, each),
          };
          if ((each.do === 'create' || each.do === 'replace') && answers.sqlite.value && answers.cosmos.value) {
            const etag = (answer: { readonly value?: unknown }) => [(answer.value as { readonly etag: string }).etag];
            book.enter([`${each.partition}/${each.id}`], {
              sqlite: etag(answers.sqlite),
              cosmos: etag(answers.cosmos),
            });
          }
          expect(book.labelled(answers.cosmos)).toEqual(book.labelled(answers.sqlite));
        }
      } finally {
        sqlite.close();
        account.close();
        await double.stop();
      }
    }),
    { numRuns: 7, seed: 20261124, endOnFailure: true },
  );
});
