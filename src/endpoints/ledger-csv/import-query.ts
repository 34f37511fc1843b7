import * as z from 'zod';
import { because, day, recordId } from '../../domain/collections/field-schemas.ts';

/** Findings whose proposals can be accepted for the whole file. */
const ACCEPTABLE = ['honorific', 'lost-leading-zero'] as const;
type Acceptable = (typeof ACCEPTABLE)[number];

const UNKNOWN_PROPOSAL = because(
  'unknown-proposal',
  `次のものを「,」で区切って入れてください: ${ACCEPTABLE.join(', ')}`,
  `Give any of these, separated by commas: ${ACCEPTABLE.join(', ')}`,
);

function isAcceptable(code: string): code is Acceptable {
  return ACCEPTABLE.some((known) => known === code);
}

/**
 * How a file is to be taken over. Ids, days and fixed words only: names never stand in a URL. `dryRun` has no default,
 * so that neither a preview nor a write happens by leaving it out.
 */
export const importQuery = z.strictObject({
  facility: recordId,
  dryRun: z.enum(['true', 'false']),
  on: day.exactOptional(),
  fromRow: z.coerce.number().int().min(1).exactOptional(),
  accept: z
    .string()
    .refine((codes) => codes.split(',').every(isAcceptable), UNKNOWN_PROPOSAL)
    .exactOptional(),
});
export type ImportQuery = z.output<typeof importQuery>;

/** The codes that `accept` names. */
export function acceptedCodes({ accept = '' }: Pick<ImportQuery, 'accept'>): ReadonlySet<string> {
  return new Set(accept.split(',').filter(isAcceptable));
}
