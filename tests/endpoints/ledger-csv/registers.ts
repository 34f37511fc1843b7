import iconv from 'iconv-lite';
import type { Child } from '../../../src/domain/collections/child-fields.ts';
import { CHILDREN } from '../../../src/domain/collections/children.ts';
import { ReadWitness } from '../../../src/domain/tenant-handle.ts';
import type { ImportAnswer } from '../../../src/endpoints/ledger-csv/import-answer.ts';
import { importChildrenAt } from '../../../src/endpoints/ledger-csv/import-children.ts';
import type { Services } from '../../../src/endpoints/pipeline/services.ts';
import type { Operation } from '../../../src/ports/partition-store.ts';
import { ask, NO_SERVICES } from '../../support/ask.ts';
import { type Nursery, nursery } from '../records/nursery.ts';

/** A nursery whose facility has two classes, and the shortest ways to import into it. */
export async function registers() {
  let interruption: ((operations: readonly Operation[]) => Promise<void>) | undefined;
  const here = await nursery((store) => ({
    get: (...asked) => store.get(...asked),
    list: (query) => store.list(query),
    timeline: (query) => store.timeline(query),
    count: (query) => store.count(query),
    gate: () => store.gate(),
    async commit(gate, operations) {
      await interruption?.(operations);
      return store.commit(gate, operations);
    },
  }));
  const garden = await here.facility();
  const chicks = await here.schoolClass(garden.id, { name: 'ひよこ組' });
  const lions = await here.schoolClass(garden.id, { name: 'らいおん組', ages: [5] });
  return {
    ...here,
    garden,
    chicks,
    lions,
    services: withClock(here),
    /** Called before each commit, with what it is going to write. */
    beforeCommit(act: (operations: readonly Operation[]) => Promise<void>): void {
      interruption = act;
    },
    /** The record of a child, as the store has it. */
    async record(id: string): Promise<Child> {
      const item = await here.handle.get(CHILDREN.kind, id, 'body');
      if (item === undefined || !CHILDREN.kind.readLogged) throw new Error(`no child ${id}`);
      return here.handle.recordBody(CHILDREN.kind, item, ReadWitness.forChange('child', id));
    },
    /** Everybody of the facility, by the order of the store. */
    async everybody() {
      return here.handle.list({ kind: 'child', facility: garden.id, parts: 'none', limit: 2000 });
    },
  };
}

export type Registers = Awaited<ReturnType<typeof registers>>;

function withClock(here: Nursery): Services {
  return new Proxy(NO_SERVICES, {
    get: (none, property) => (property === 'clock' ? here.clock : Reflect.get(none, property)),
  });
}

export interface ImportAsked {
  readonly token?: string;
  readonly query?: object;
  readonly budget?: number;
  readonly rowsAtOnce?: number;
}

/** Sends a file and gives the answer; a real run unless the query says otherwise. */
export async function send(here: Registers, file: string | Uint8Array, asked: ImportAsked = {}): Promise<ImportAnswer> {
  const caller = asked.token === undefined ? await here.me() : await here.as(asked.token);
  const endpoint = importChildrenAt({ budget: asked.budget ?? 60_000, rowsAtOnce: asked.rowsAtOnce ?? 96 });
  const body = typeof file === 'string' ? iconv.encode(file, 'cp932') : file;
  const query = { facility: here.garden.id, dryRun: 'false', ...asked.query };
  const { body: answer } = await ask(endpoint, caller, { query, body }, here.services);
  return answer as ImportAnswer;
}

export const HEADER = '園児番号,氏名,ふりがな,生年月日,性別,クラス,入園日,電話番号,保護者氏名';

/** A file with `count` children, two commit's operations each. */
export function fileOf(count: number, change: (at: number) => string = (at) => `03-0000-${1000 + at}`): string {
  const rows = Array.from({ length: count }, (_, at) => {
    const day = String((at % 28) + 1).padStart(2, '0');
    const kana = KANA[at % KANA.length] ?? '';
    const family = KANA[Math.floor(at / KANA.length) % KANA.length] ?? '';
    return `${at + 1},山田 花子,や${family} は${kana},2023/05/${day},女,ひよこ組,2024/4/1,${change(at)},山田 太郎`;
  });
  return `${HEADER}\r\n${rows.join('\r\n')}\r\n`;
}

const KANA = [...'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ'];

export const codes = (answer: ImportAnswer) =>
  answer.problems.map(({ row, column, code }) => `${row} ${column} ${code}`);
