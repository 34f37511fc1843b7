import { Agent, get } from 'node:http';
import { childOf, NurseryOverHttp } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { startBare } from './bare-process.ts';
import { byTurns, type Figure, median, ms } from './figure.ts';

const READER = { children: { level: 'read', facilities: 'all' } } as const;
/** Each session may send 100 requests at once and 20 a second; sign-in lets 60 people of one network in at once. */
const SESSIONS = 40;
const PER_ROUND = 400;
const ROUNDS = 7;
const AT_ONCE = 16;

export const READ_THROUGHPUT: Figure = {
  name: 'read',
  what: 'signed-in reads of a child a second / bare function with one SQLite point read',
  bound: { kind: 'at least', value: 0.5 },
  async measure() {
    const service = await ServiceProcess.start();
    const bare = await startBare();
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    try {
      const nursery = await NurseryOverHttp.open(service, 'bench');
      const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
      const child = await nursery.make('children', { ...childOf(facility), notes: '備考'.repeat(300) });
      const cookies: string[] = [];
      for (let nth = 0; nth < SESSIONS; nth += 1) {
        const { client } = await nursery.person(READER);
        // The first read of a session in an hour is written to the log; what is measured is every other.
        await client.must('GET', `/children/${child}`);
        cookies.push([...client.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
      }
      const ours = `${service.url}/api/children/${child}`;
      const [least, read] = await byTurns(
        ROUNDS,
        () => burst(PER_ROUND, () => fetched(`${bare.url}/api/read/one`, {}, agent)),
        () => burst(PER_ROUND, (nth) => fetched(ours, { cookie: cookies[nth % SESSIONS] ?? '' }, agent)),
      );
      const each = (time: number) => `${Math.round((PER_ROUND / time) * 1000)}/s`;
      return { ratio: least / read, told: `${each(read)} / ${each(least)}, ${AT_ONCE} at once` };
    } finally {
      agent.destroy();
      await bare.end();
      await service.remove();
    }
  },
};

async function burst(count: number, send: (nth: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await send(next);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function fetched(url: string, headers: Record<string, string>, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${url}: ${response.statusCode}`)),
      );
    }).once('error', reject);
  });
}

export const START: Figure = {
  name: 'start',
  what: 'start to ready / start of an empty local host',
  bound: { kind: 'at most', value: 3 },
  async measure() {
    const ours: number[] = [];
    const empty: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      let began = performance.now();
      const bare = await startBare();
      const emptyTook = performance.now() - began;
      await bare.end();
      began = performance.now();
      const service = await ServiceProcess.start();
      const oursTook = performance.now() - began;
      await service.remove();
      if (round === 0) continue;
      ours.push(oursTook);
      empty.push(emptyTook);
    }
    return { ratio: median(ours) / median(empty), told: `${ms(median(ours))} / ${ms(median(empty))}` };
  },
};
