import { type EpochMs, instant } from '../../model/instant.ts';
import { civilDay, startOfDay } from '../calendar.ts';

/** An instant as operators compare it with a contract on paper: civil day and minute in Asia/Tokyo, `2027-04-01 00:00`. */
export function japanTime(at: EpochMs): string {
  const day = civilDay(at);
  return `${day} ${instant(at - startOfDay(day)).slice(11, 16)}`;
}
