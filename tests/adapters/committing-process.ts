import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { child, create, GATE, item } from '../contracts/partition-fixture.ts';

/**
 * Commits batch after batch until it is killed: `count` children of one batch, and the head that names the newest batch.
 * Prints a batch's number once its commit is acknowledged.
 */
const [path = '', first = '0', count = '0'] = process.argv.slice(2);
const store = openPartitions(path, { clock: systemClock }).of('sakura');
if ((await store.gate()) === undefined) await store.openGate({ name: GATE, content: {} });

for (let batch = Number(first); ; batch += 1) {
  const children = Array.from({ length: Number(count) }, (_, n) =>
    create(child(`b${batch}-${n}`, { facility: `f${batch % 7}`, class: `b${batch}` }, { body: 'x'.repeat(2000) })),
  );
  const head = create(item('head', `h${batch}`, { clear: { batch } }));
  await store.commit(GATE, [...children, { type: 'delete', kind: 'head', id: `h${batch - 1}` }, head]);
  console.log(batch);
}
