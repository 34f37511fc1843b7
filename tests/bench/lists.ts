import { type Call, Connections } from './connections.ts';
import type { Figure } from './figure.ts';
import { prepare } from './prepared-tenant.ts';
import { byTurns, median } from './ratio.ts';

const ROUNDS = 15;
const REQUESTS = 10;
/** Enough that none meets the limit of its session. */
const SESSIONS = 8;
const SAME = { atMost: 1.5 };

/** What a list costs depends on what it shows, not on how much the tenant holds. */
export const lists: Figure = {
  name: 'lists',
  async measure(workplace) {
    const folder = workplace.folder();
    const [small, large] = await prepare(folder, [
      { tenantId: 'one-facility', facilities: 1, children: 200, sessions: SESSIONS },
      { tenantId: 'hundred-facilities', facilities: 100, children: 200, sessions: SESSIONS },
    ]);
    const service = await workplace.service(folder);
    const connections = new Connections(service.url);
    const milliseconds = async (call: (nth: number) => Call): Promise<number> => {
      const times: number[] = [];
      for (let nth = 0; nth < REQUESTS; nth += 1) times.push((await connections.send(call(nth))).ms);
      return median(times);
    };
    const listOf = (tenant: typeof small, facility: string | undefined) => (nth: number) => ({
      path: `/api/children?facility=${facility}&sort=kana`,
      cookie: tenant.cookie(nth),
    });
    const pageOf = (tenant: typeof small) => (nth: number) => ({
      path: '/api/children?limit=50',
      cookie: tenant.cookie(nth),
    });
    const round = {
      listOfSmall: () => milliseconds(listOf(small, small.facilities[0])),
      listOfLarge: () => milliseconds(listOf(large, large.facilities[50])),
      pageOfSmall: () => milliseconds(pageOf(small)),
      pageOfLarge: () => milliseconds(pageOf(large)),
    };
    // Each session's first list of the hour writes its event, and new code is slow.
    await byTurns(3, round);
    const { listOfSmall, listOfLarge, pageOfSmall, pageOfLarge } = await byTurns(ROUNDS, round);
    connections.close();
    await service.stop();
    const unit = 'ms';
    return [
      {
        what: 'the sorted list of a facility (200 children) in a tenant of 100 facilities, against one of 1',
        ...{ measured: listOfLarge, against: listOfSmall, unit, bound: SAME },
      },
      {
        what: 'a page of 50 in id order among 20,000 children, against 200',
        ...{ measured: pageOfLarge, against: pageOfSmall, unit, bound: SAME },
      },
    ];
  },
};
