import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCosmosPartitions } from '../../src/adapters/cosmos/partition-store.ts';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import type {
  CommitOrderQuery,
  CommitOrderReader,
  CommitReceipt,
  ItemKey,
  JobPartitionStore,
  ListQuery,
  NewItem,
  Operation,
  TimelineQuery,
} from '../../src/ports/partition-store.ts';
import { CosmosDouble } from '../support/cosmos-double/cosmos-double.ts';
import { openAccount } from '../support/cosmos-double/open-account.ts';
import { EtagBook, exact, maybe, type Side, told } from '../support/cosmos-double/side-by-side.ts';
import { FAKE_START, FakeClock } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';

const tenant = fc.constantFrom('sakura', 'momiji');
const id = fc.constantFrom('a', 'B', 'c:1', 'c-1');
const day = fc.constantFrom('2026-11-23', '2026-11-24', '2026-11-25');
const word = fc.constantFrom('x', 'y', '["x"]');
const gateName = fc.constantFrom('gate:1', 'gate:1', 'gate:2', 'gate:restore-r1');

const newItem = fc.record({
  kind: fc.constantFrom('child', 'event'),
  id,
  index: fc.record(
    {
      facility: fc.constantFrom('f1', 'f2'),
      class: fc.constantFrom('k1', 'k2'),
      day,
      at: fc.integer({ min: 1, max: 4 }),
    },
    { requiredKeys: [] },
  ),
  clear: fc.option(fc.record({ f: fc.oneof(word, fc.constant(['x'])), list: fc.array(word, { maxLength: 2 }) })),
  card: fc.option(fc.constantFrom('card', 'カード')),
  body: fc.option(fc.constantFrom('body', '\u2028"\\')),
  expiresIn: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: -1, max: 4 }) },
  ),
});

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('create' as const), item: newItem }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('replace' as const),
      item: newItem,
      age: fc.constantFrom(0, 0, 0, 0, 1, 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('delete' as const), kind: fc.constantFrom('child', 'event'), id }),
  },
);

/** What is expired when it is written is written by the batch all the same: no batch can do so twice with one item. */
const operations = fc
  .array(operation, { maxLength: 3 })
  .filter(
    (all) =>
      new Set(all.map((each) => JSON.stringify(keyOf(each)))).size === all.length ||
      all.every((each) => each.type === 'delete' || (each.item.expiresIn ?? 1) > 0),
  );

function keyOf(each: { readonly kind: string; readonly id: string } | { readonly item: ItemKey }): ItemKey {
  const { kind, id } = 'item' in each ? each.item : each;
  return { kind, id };
}

/** About when the model's commits happen; bounds may lie inside a second. */
const commitTime = fc.oneof(
  fc.integer({ min: -1, max: 60 }).map((seconds) => FAKE_START + seconds * 1000),
  fc.integer({ min: -1000, max: 60_000 }).map((ms) => FAKE_START + ms),
);

const filters = {
  kind: fc.constantFrom('child', 'event'),
  facility: maybe(fc.constantFrom('f1', 'f2')),
  dayFrom: maybe(day),
};

const step = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      gate: fc.oneof({ weight: 12, arbitrary: fc.constant('standing') }, { weight: 1, arbitrary: gateName }),
      operations,
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('get' as const),
      kind: filters.kind,
      id,
      parts: fc.constantFrom('card', 'body', 'both', 'none'),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('list' as const),
      query: fc.record({
        ...filters,
        class: maybe(fc.constantFrom('k1', 'k2')),
        dayTo: maybe(day),
        parts: fc.constantFrom('card', 'both', 'none'),
        after: maybe(id),
        limit: fc.constantFrom(1, 2, 50),
      }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('timeline' as const),
      query: fc.record({
        kind: filters.kind,
        from: maybe(fc.integer({ min: 1, max: 4 })),
        to: maybe(fc.integer({ min: 1, max: 5 })),
        before: maybe(fc.record({ at: fc.integer({ min: 1, max: 4 }), id })),
        where: fc.array(
          fc.oneof(
            fc.record({ field: fc.constant('f'), is: word }),
            fc.record({ field: fc.constantFrom('f', 'list'), has: word }),
            fc.record({ field: fc.constant('f'), anyOf: fc.array(word, { maxLength: 2 }) }),
          ),
          { maxLength: 2 },
        ),
        limit: fc.constantFrom(1, 2, 50),
      }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('committed' as const),
      query: fc.record({
        kind: filters.kind,
        from: fc.oneof(fc.constant(0), commitTime),
        to: maybe(commitTime),
        after: maybe(fc.record({ committedAt: commitTime, id })),
        limit: fc.constantFrom(1, 2, 50),
      }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('count' as const), query: fc.record(filters) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('gate' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('openGate' as const), name: gateName }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('moveGate' as const),
      from: fc.constantFrom('standing', 'gate:1'),
      to: gateName,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('closeGate' as const, 'sweep' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 3 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type Stores = (side: Side, tenantId: string) => JobPartitionStore & CommitOrderReader;

class PartitionModel {
  readonly clock = new FakeClock();
  readonly #book = new EtagBook();
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** Asks both stores and compares what they say. */
  async take(tenantId: string, step: Exclude<Step, { readonly do: 'pass' }>): Promise<void> {
    const standing = (await this.#stores('sqlite', tenantId).gate())?.name ?? 'gate:1';
    const answers = {
      sqlite: await this.#ask('sqlite', tenantId, step, standing),
      cosmos: await this.#ask('cosmos', tenantId, step, standing),
    };
    if (step.do === 'commit' && answers.sqlite.value !== undefined && answers.cosmos.value !== undefined) {
      const [sqlite, cosmos] = [answers.sqlite.value as CommitReceipt, answers.cosmos.value as CommitReceipt];
      const keys = step.operations.map((each) => this.#key(tenantId, keyOf(each)));
      const given = (receipt: CommitReceipt) => receipt.etags.map((etag) => etag !== null);
      expect([cosmos.committedAt, given(cosmos)]).toEqual([sqlite.committedAt, given(sqlite)]);
      this.#book.enter(keys, { sqlite: sqlite.etags, cosmos: cosmos.etags });
    } else {
      expect(this.#book.labelled(answers.cosmos)).toEqual(this.#book.labelled(answers.sqlite));
    }
  }

  #ask(side: Side, tenantId: string, step: Exclude<Step, { readonly do: 'pass' }>, standing: string) {
    const store = this.#stores(side, tenantId);
    const named = (gate: string) => (gate === 'standing' ? standing : gate);
    switch (step.do) {
      case 'commit':
        return told(() => store.commit(named(step.gate), this.#operations(side, tenantId, step.operations)));
      case 'get':
        return told(() => store.get(step.kind, step.id, step.parts));
      case 'list':
        return told(() => store.list(exact<ListQuery>(step.query)));
      case 'timeline':
        return told(() => store.timeline(exact<TimelineQuery>(step.query)));
      case 'committed':
        return told(() => store.committed(exact<CommitOrderQuery>(step.query)));
      case 'count':
        return told(() => store.count(exact<ListQuery>(step.query)));
      case 'gate':
        return told(() => store.gate());
      case 'openGate':
        return told(() => store.openGate({ name: step.name, content: { n: 1 } }));
      case 'moveGate':
        return told(() => store.moveGate(named(step.from), { name: step.to, content: { n: 2 } }));
      case 'closeGate':
        return told(() => store.closeGate());
      case 'sweep':
        return told(() => store.sweep(1000));
    }
  }

  #operations(
    side: Side,
    tenantId: string,
    operations: Extract<Step, { readonly do: 'commit' }>['operations'],
  ): Operation[] {
    return operations.map((each): Operation => {
      if (each.type === 'delete') return each;
      const { expiresIn, ...rest } = each.item;
      const item = {
        ...rest,
        expiresAt: expiresIn === null ? null : this.clock.now() + expiresIn * 1000,
      } as NewItem;
      if (each.type === 'create') return { type: 'create', item };
      return { type: 'replace', item, etag: this.#book.pick(this.#key(tenantId, item), each.age, side) };
    });
  }

  #key(tenantId: string, { kind, id }: { readonly kind: string; readonly id: string }): string {
    return `${tenantId}/${kind}/${id}`;
  }
}

// Together more than 10,000 operations.
test.each([1, 2, 3])(
  'operations at random (seed %s) get the same answers from the embedded store and from Cosmos DB',
  async (seed) => {
    let taken = 0;
    const steps = fc.array(fc.tuple(tenant, step), { minLength: 400, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const double = await CosmosDouble.start();
        const model: PartitionModel = new PartitionModel((side, tenantId) => stores[side].of(tenantId));
        const { clock } = model;
        const account = await openAccount(double, { clock });
        const sqlite = openPartitions(join(tempFolder(), 'data.sqlite'), { clock, storeTime: () => clock.now() });
        const stores = { sqlite, cosmos: openCosmosPartitions(account, { clock }) };
        try {
          for (const tenantId of ['sakura', 'momiji']) await model.take(tenantId, { do: 'openGate', name: 'gate:1' });
          for (const [tenantId, each] of sequence) {
            if (each.do === 'pass') {
              clock.set(clock.now() + each.seconds * 1000);
              double.storeTime = clock.now();
            } else await model.take(tenantId, each);
            taken += 1;
          }
        } finally {
          sqlite.close();
          account.close();
          await double.stop();
        }
      }),
      { numRuns: 9, seed, endOnFailure: true },
    );
    expect(taken).toBe(3600);
  },
);
