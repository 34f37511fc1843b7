import iconv from 'iconv-lite';
import { openChildTable, readChildRows } from '../../src/domain/csv/child-rows.ts';
import { importChildren } from '../../src/endpoints/ledger-csv/import-children.ts';
import type { Services } from '../../src/endpoints/pipeline/services.ts';
import { ask } from '../support/ask.ts';
import { benchStores } from './big-tenant.ts';

/**
 * One import in a process of its own, so that its memory is its own: prints milliseconds of reading the rows alone
 * (decoding, parsing, understanding each cell) and of the import, and the most memory that the process had.
 */
const rows = Number(process.argv[2]);
/** A facility holds 2,000 enrolled children: the others have left. */
const ENROLLED = 1_900;
const KANA = [...'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらり'];

/** Everybody has another one: three of 40 hiragana. */
function givenName(nth: number): string {
  return [nth % 40, Math.floor(nth / 40) % 40, Math.floor(nth / 1600)].map((at) => KANA[at]).join('');
}

function ledger(): Uint8Array {
  const lines = Array.from({ length: rows }, (_, at) => {
    const left = at < ENROLLED ? '' : '2025/3/31';
    const given = givenName(at);
    const born = `2021/${1 + (at % 12)}/${1 + (at % 28)}`;
    const phone = `090-0000-${String(at).padStart(4, '0')}`;
    return [
      10_000 + at,
      '山田',
      given,
      'やまだ',
      given,
      born,
      '女',
      '2024/4/1',
      left,
      phone,
      `東京都見本区桜町${at}`,
    ].join(',');
  });
  const header = '園児番号,姓,名,せい,めい,生年月日,性別,入園日,退園日,電話番号,住所';
  return iconv.encode(`${[header, ...lines].join('\r\n')}\r\n`, 'cp932');
}

const stores = benchStores();
const tenant = await stores.tenant('import', 1, 0);
const body = ledger();
const parsing: number[] = [];
for (let round = 0; round < 5; round += 1) {
  const began = performance.now();
  const read = [...readChildRows(openChildTable(body), { accept: new Set(), today: '2026-11-24' })];
  parsing.push(performance.now() - began);
  if (read.length !== rows) throw new Error(`${read.length} of ${rows} were read`);
}
const services = { clock: stores.clock } as unknown as Services;
const began = performance.now();
let fromRow: number | null = 1;
let created = 0;
while (fromRow !== null) {
  const query = { facility: tenant.facilities[0] ?? '', dryRun: 'false', fromRow: String(fromRow) };
  const answer = await ask(importChildren, await tenant.director(), { query, body }, services);
  const told = answer.body as { nextRow: number | null; counts: { created: number }; problems: readonly unknown[] };
  created += told.counts.created;
  fromRow = told.nextRow;
  if (told.counts.created === 0) throw new Error(`nothing was taken over: ${JSON.stringify(told.problems[0])}`);
}
const importing = performance.now() - began;
if (created !== rows) throw new Error(`${created} of ${rows} were taken over`);
stores.close();
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ parsing: Math.min(...parsing), importing, megabytes }));
