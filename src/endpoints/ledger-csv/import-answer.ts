import * as z from 'zod';
import { day, recordId } from '../../domain/collections/field-schemas.ts';

/** What an import answers, the same for a dry run (事前確認) and a real one. */

const text = z.strictObject({ ja: z.string(), en: z.string() });

/**
 * What becomes, or became, of a row: a new child; a child whose record differs from what the row tells; nothing to do;
 * not taken over because of a problem that a person has to settle.
 */
const OUTCOMES = ['created', 'changed', 'left', 'refused'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const rowSchema = z.strictObject({
  /** As Excel numbers it. */
  row: z.int(),
  outcome: z.enum(OUTCOMES),
  /** The child that the row is about; null while there is none, and where it is not clear who is meant. */
  child: recordId.nullable(),
  /** Fields of the record that change, by their names in the API, never their values. */
  fields: z.array(z.string()),
});
export type RowAnswer = z.output<typeof rowSchema>;

const problemSchema = z.strictObject({
  row: z.int(),
  /** The header of the column as the file writes it; empty when the whole row is meant. */
  column: z.string(),
  /** `error` and `question` hold the row up; with a `warning` it is taken over as it is. */
  severity: z.enum(['error', 'question', 'warning']),
  code: z.string(),
  message: text,
  /** What the cell would be taken as when `accept` names this code. */
  proposal: z.string().exactOptional(),
});
export type ProblemAnswer = z.output<typeof problemSchema>;

export const importAnswerSchema = z
  .strictObject({
    dryRun: z.boolean(),
    /** The day as of which classes and certifications were read. */
    on: day,
    file: z.strictObject({
      encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'cp932']),
      separator: z.enum([',', ';', '\t']),
      headerRow: z.int(),
      /** Columns that are understood: the header as written, and what it is taken for. */
      columns: z.array(z.strictObject({ header: z.string(), meaning: text })),
      /** Columns that are not taken over, and why. */
      ignored: z.array(
        z.strictObject({
          header: z.string(),
          reason: z.enum(['unknown', 'repeated', 'no-header', 'health']),
          message: text,
        }),
      ),
    }),
    /** Of the rows in this answer. */
    counts: z.strictObject({ created: z.int(), changed: z.int(), left: z.int(), refused: z.int() }),
    rows: z.array(rowSchema),
    problems: z.array(problemSchema),
    /** Where to go on: send the same file again with `fromRow`; null when the file is done. */
    nextRow: z.int().nullable(),
  })
  .meta({ id: 'ChildrenImport' });
export type ImportAnswer = z.output<typeof importAnswerSchema>;
