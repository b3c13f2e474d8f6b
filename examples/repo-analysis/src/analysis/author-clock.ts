/**
 * The author's own clock, read from an ISO date with an offset. Called by the metrics by hour and weekday. Pure.
 */

export interface AuthorClock {
  /** 0 to 23, as the author's wall clock showed. */
  hour: number;
  /** 0 = Monday … 6 = Sunday. */
  weekday: number;
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):\d{2}/;

/**
 * Takes the digits as written: converting to UTC or to this machine's zone would lose the author's evening.
 *
 * @returns null when the text is no ISO date; git lets anyone write a broken one.
 */
export function readAuthorClock(authoredAt: string): AuthorClock | null {
  const match = ISO_DATE.exec(authoredAt);
  if (match === null) return null;
  const [, year, month, day, hour] = match.map(Number);
  const sundayFirst = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1)).getUTCDay();
  return { hour: hour ?? 0, weekday: (sundayFirst + 6) % 7 };
}
