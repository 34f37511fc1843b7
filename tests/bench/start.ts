import type { Figure } from './figure.ts';
import { byTurns } from './ratio.ts';
import type { Running } from './running.ts';

const ROUNDS = 9;

/** From the start of the process until it answers, against the same local host with the least that it can run. */
export const start: Figure = {
  name: 'start',
  async measure(workplace) {
    const readyAfter = async (starting: Promise<Running>): Promise<number> => {
      const running = await starting;
      await running.stop();
      return running.readyAfter;
    };
    const seeded = workplace.folder();
    await readyAfter(workplace.service(seeded, { demo: 'on' }));
    const { empty, service, again } = await byTurns(ROUNDS, {
      empty: () => readyAfter(workplace.otherApp('empty-app.ts', workplace.folder())),
      service: () => readyAfter(workplace.service(workplace.folder())),
      again: () => readyAfter(workplace.service(seeded)),
    });
    const against = { against: empty, unit: 'ms' };
    return [
      {
        what: 'the first start of the service, without the demo, against an empty local host',
        ...{ measured: service, ...against, bound: { atMost: 3 } },
      },
      {
        what: "the start of the service on a folder that holds the demo's tenant, against an empty local host",
        ...{ measured: again, ...against, bound: null },
      },
    ];
  },
};
