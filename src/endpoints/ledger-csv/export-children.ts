import * as z from 'zod';
import { EVENT_MAX_TARGETS } from '../../domain/audit/events.ts';
import { civilDay } from '../../domain/calendar.ts';
import type { Child } from '../../domain/collections/child-fields.ts';
import { CHILDREN, childOn } from '../../domain/collections/children.ts';
import { day, recordId } from '../../domain/collections/field-schemas.ts';
import type { UnwritableCharacter, WrittenEncoding } from '../../domain/csv/write-csv.ts';
import { Failure } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { facilityCards, type OpenedCard, sorted } from '../records/cards.ts';
import { requireFacilityInReach } from './facility-asked.ts';
import { classNames } from './known-children.ts';
import { openChild, type Witness } from './open-child.ts';

/** Bodies opened between two reads: at most 64 KB each. */
const BODIES_PER_READ = 200;

const CHARSETS: Readonly<Record<WrittenEncoding, string>> = { 'utf-8': 'utf-8', cp932: 'shift_jis' };

const query = z.strictObject({
  facility: recordId,
  encoding: z.enum(['utf-8', 'cp932']),
  on: day.exactOptional(),
});

/**
 * The register of a facility as Excel in Japan opens it: who is enrolled on a day, by せい and めい. The log names every
 * child of it before a record is opened. Importing the file into the same facility changes nothing.
 */
export const exportChildren = sessionEndpoint({
  name: 'exportChildren',
  summary: { ja: '園児の名簿を書き出す', en: 'Export a register of children' },
  description: [
    'CSV: every field quoted, CRLF, UTF-8 with byte order mark or Shift_JIS (cp932). A field that a spreadsheet could run',
    "as a formula, or that begins with ', has a ' before it, which an import takes off. `on` is the day, today unless",
    'told. What is no column of it (workplaces, emergency contacts, who may pick up, siblings, earlier periods) is part',
    'of an export of everything.',
  ].join(' '),
  query,
  confirm: true,
  answers: { 200: { description: 'The file.', type: 'text/csv' } },
  failures: ['not-found'],
  async handle(caller, { query: { facility, encoding, on = civilDay(caller.now) } }) {
    await requireFacilityInReach(caller, facility);
    const cards = await facilityCards(caller.tenant, CHILDREN, { facility, dayFrom: on });
    const enrolled = sorted(
      CHILDREN,
      cards.filter(({ card }) => childOn(card, on).enrolled),
      undefined,
      on,
    );
    const witness = await noted(caller, facility, enrolled);
    const bodies = await opened(caller, facility, on, enrolled, witness);
    const classes = await classNames(caller, facility);
    // Columns and encodings are loaded with the first export: no start waits for them.
    const { registerRows } = await import('../../domain/csv/register-columns.ts');
    const { writeCsv } = await import('../../domain/csv/write-csv.ts');
    const rows = registerRows(bodies, { on, className: (id) => classes.nameOf(id) });
    const written = writeCsv(rows, encoding);
    if ('unwritable' in written) throw unwritableFailure(written.unwritable);
    const type = `text/csv; charset=${CHARSETS[encoding]}`;
    return { status: 200, content: { type, bytes: written.bytes }, headers: { 'content-disposition': named(on) } };
  },
});

/** Writes the event of this export, several when it has more children than one may name, and gives the proofs. */
async function noted(caller: Caller, facility: string, cards: readonly OpenedCard<object>[]): Promise<Witness> {
  const ids = cards.map(({ item }) => item.id);
  const proofs = new Map<string, Witness>();
  for (let from = 0; from === 0 || from < ids.length; from += EVENT_MAX_TARGETS) {
    const targets = ids.slice(from, from + EVENT_MAX_TARGETS);
    const facts = { action: 'records-exported', targetKind: CHILDREN.kind.name, targets, facility } as const;
    const proof = await caller.noteReadings(`${caller.trace}:${from}`, facts);
    for (const id of targets) proofs.set(id, proof);
  }
  return (kind, id) => {
    const proof = proofs.get(id);
    if (proof === undefined) throw new RangeError('no event of this export names the record');
    return proof(kind, id);
  };
}

/** The records behind the cards, in their order. Who was deleted or moved away meanwhile is left out. */
async function opened(
  caller: Caller,
  facility: string,
  on: CivilDay,
  cards: readonly OpenedCard<object>[],
  witness: Witness,
): Promise<readonly Child[]> {
  const wanted = new Set(cards.map(({ item }) => item.id));
  const bodies = new Map<string, Child>();
  let after = {};
  for (;;) {
    const portion = { kind: CHILDREN.kind.name, facility, dayFrom: on, parts: 'body', limit: BODIES_PER_READ } as const;
    const items = await caller.tenant.list({ ...portion, ...after });
    for (const item of items) if (wanted.has(item.id)) bodies.set(item.id, await openChild(caller, item, witness));
    const last = items.at(-1);
    if (last === undefined || items.length < BODIES_PER_READ) break;
    after = { after: last.id };
  }
  return cards.flatMap(({ item }) => bodies.get(item.id) ?? []);
}

/** A name for every browser, and the Japanese one for those that take it (RFC 6266). */
function named(on: CivilDay): string {
  const japanese = encodeURIComponent(`園児名簿-${on}.csv`);
  return `attachment; filename="children-${on}.csv"; filename*=UTF-8''${japanese}`;
}

function unwritableFailure(characters: readonly UnwritableCharacter[]): Failure {
  return new Failure('invalid-input', {
    text: {
      ja: 'Shift_JISでは書けない文字があります。UTF-8で書き出すか、文字を直してください。',
      en: 'Some characters have no place in Shift_JIS. Export in UTF-8, or correct them.',
    },
    errors: characters.map(({ row, column, character }) => ({
      pointer: '?encoding',
      code: 'no-place-in-cp932',
      text: {
        ja: `${row}行目「${column}」の「${character}」は、Shift_JISでは書けません。`,
        en: `Row ${row}, column ${column}: “${character}” has no place in Shift_JIS.`,
      },
    })),
  });
}
