import * as z from 'zod';
import { type Instant, instant } from '../model/instant.ts';

/**
 * An instant as it comes in: ISO 8601 with `Z` or an offset. It comes out in the one form in which instants are stored:
 * UTC with milliseconds.
 */
export const instantInput: z.ZodType<Instant, string> = z.iso
  .datetime({ offset: true })
  .overwrite((text) => (Number.isNaN(Date.parse(text)) ? text : instant(Date.parse(text))))
  .meta({ format: 'date-time' });
