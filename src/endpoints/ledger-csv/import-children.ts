import { civilDay } from '../../domain/calendar.ts';
import { CHILDREN } from '../../domain/collections/children.ts';
import type { CivilDay } from '../../model/instant.ts';
import { SECOND } from '../../model/instant.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { requireWrite } from '../records/reach.ts';
import { requireFacilityInReach } from './facility-asked.ts';
import { importAnswerSchema } from './import-answer.ts';
import { acceptedCodes, type ImportQuery, importQuery } from './import-query.ts';
import type { ImportPace } from './run-import.ts';

/** The API's limit for files. Source: the product's security values. */
const MAX_BYTES = 10 * 1024 * 1024;

/** Browsers name a CSV by what the computer opens it with. A workbook is let in to be told what to do about it. */
const MEDIA_TYPES = [
  'text/csv',
  'text/plain',
  'text/tab-separated-values',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/octet-stream',
] as const;

/**
 * Takes a register of children over from a CSV file. Each row is matched to a child of the facility; a broken row stops
 * no other, a blank cell keeps what is stored, nothing is deleted, and the same file again changes nothing. A run ends
 * after the pace's budget and says where to go on.
 */
export function importChildrenAt(pace: ImportPace) {
  return sessionEndpoint<undefined, ImportQuery, Uint8Array>({
    name: 'importChildren',
    summary: { ja: '園児の名簿を取り込む', en: 'Import a register of children' },
    description: [
      'The body is the file itself: CSV in UTF-8, UTF-16 or Shift_JIS (cp932), separated by commas, semicolons or tabs.',
      'A blank cell keeps what is stored. Where the class stands on the first row of its group only, it is the class of the',
      'rows below; a lone dash (―) says that a child has none, and so does 一時預かり or 誰でも通園 as its kind of use. Rows for',
      'which that cannot be known are taken in with the warning `class-from-above`.',
      '`dryRun=true` (事前確認) tells what `dryRun=false` would do, and writes nothing but the read log.',
      '`on` is the day as of which classes and certifications are meant, today unless told: classes are those of its',
      'school year (of the day of enrolment for who enrols later). `accept` takes the proposals of `honorific` (様 and',
      'the like are taken off) and `lost-leading-zero`. While `nextRow` is not null, send the same file again with',
      '`fromRow` set to it. Sending a file again is always safe.',
    ].join(' '),
    query: importQuery,
    body: { format: 'file', mediaTypes: MEDIA_TYPES, maxBytes: MAX_BYTES },
    answers: { 200: { description: 'What became, or would become, of each row.', schema: importAnswerSchema } },
    failures: ['not-found', 'not-permitted', 'unreadable-file'],
    async handle(caller, { query, body }, { clock }) {
      const { facility } = query;
      await requireFacilityInReach(caller, facility);
      await requireWrite(caller, CHILDREN, facility);
      const today: CivilDay = civilDay(caller.now);
      const options = {
        facility,
        today,
        on: query.on ?? today,
        dryRun: query.dryRun === 'true',
        fromRow: query.fromRow ?? 1,
        accept: acceptedCodes(query),
      };
      // Loaded with the first import: no start waits for it.
      const { runImport } = await import('./run-import.ts');
      return { status: 200, body: await runImport(caller, clock, body, options, pace) };
    },
  });
}

/**
 * Well below the 30 s after which proxies give up, with room for the pass over the file that comes before. As many rows
 * at once as fill one commit when each is one operation.
 */
export const importChildren = importChildrenAt({ budget: 4 * SECOND, rowsAtOnce: 96 });
