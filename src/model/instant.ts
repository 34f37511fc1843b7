/** Milliseconds since 1970-01-01T00:00:00Z: the form in which instants are computed and indexed. */
export type EpochMs = number;

/** An instant as documents and answers hold it: ISO 8601 in UTC with milliseconds and `Z`. */
export type Instant = string;

/** A civil day in Asia/Tokyo, `YYYY-MM-DD`. */
export type CivilDay = string;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The ISO form of an instant. Throws RangeError for a number that is no instant. */
export function instant(at: EpochMs): Instant {
  return new Date(at).toISOString();
}

/** The number behind an ISO instant. Throws RangeError when the text is none: stored documents never hold such a text. */
export function epochMs(text: Instant): EpochMs {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new RangeError(`not an instant: ${text}`);
  return at;
}
