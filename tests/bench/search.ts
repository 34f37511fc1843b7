import { Connections } from './connections.ts';
import type { Figure } from './figure.ts';
import { RARE_NAME } from './invented-records.ts';
import { prepare } from './prepared-tenant.ts';
import { byTurns, median } from './ratio.ts';
import { longestWait, SMALL, waitAlone } from './waiting.ts';

const ROUNDS = 15;
const FACILITIES = 100;
const CHILDREN = 200;
const LISTS_PER_ROUND = 5;
/** A search over a whole tenant, per child, against the list of a facility; and how long others wait meanwhile. */
export const search: Figure = {
  name: 'search',
  async measure(workplace) {
    const folder = workplace.folder();
    const sessions = 40;
    const [tenant] = await prepare(folder, [
      { tenantId: 'searching', facilities: FACILITIES, children: CHILDREN, sessions },
    ]);
    const service = await workplace.service(folder);
    const searching = new Connections(service.url);
    const others = new Connections(service.url);
    const text = RARE_NAME.kana;
    const searchOnce = async (nth: number): Promise<number> => {
      const body = JSON.stringify({ text });
      const call = { method: 'POST', path: '/api/children/search', cookie: tenant.cookie(nth % 4), body } as const;
      const { ms, text: found } = await searching.send(call);
      if (JSON.parse(found).items.length !== 1) throw new Error(`the search found ${found}`);
      return ms;
    };
    const list = async (round: number): Promise<number> => {
      const times: number[] = [];
      for (let nth = 0; nth < LISTS_PER_ROUND; nth += 1) {
        const path = `/api/children?facility=${tenant.facilities[50]}&sort=kana`;
        times.push((await others.send({ path, cookie: tenant.cookie(round + 4) })).ms);
      }
      return median(times);
    };
    let asked = 0;
    const small = async (): Promise<number> => {
      asked += 1;
      // The first sessions are for searches and lists.
      return (await others.send({ path: SMALL, cookie: tenant.cookie(20 + (asked % 20)) })).ms;
    };
    const worst = (round: number) => longestWait(small, searchOnce(round));
    const sides = { search: searchOnce, list, worst, alone: () => waitAlone(small) };
    await byTurns(4, sides);
    const times = await byTurns(ROUNDS, sides);
    searching.close();
    others.close();
    await service.stop();
    const perChild = (ms: number, children: number) => (ms * 1000) / children;
    return [
      {
        what: `searching ${FACILITIES * CHILDREN} children by name, against the sorted list of ${CHILDREN}, per child`,
        measured: perChild(times.search, FACILITIES * CHILDREN),
        against: perChild(times.list, CHILDREN),
        unit: 'us',
        bound: { atMost: 2 },
      },
      {
        what: 'the longest wait for a small request during such a search, against its median without',
        ...{ measured: times.worst, against: times.alone, unit: 'ms', bound: null },
      },
    ];
  },
};
