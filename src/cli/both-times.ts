import { japanTime } from '../domain/contracts/japan-time.ts';
import { epochMs, type Instant } from '../model/instant.ts';

/** An instant in Japan's time, with the exact one in UTC beside it. */
export function bothTimes(at: Instant): string {
  return `${japanTime(epochMs(at))} Japan time (${at})`;
}
