/**
 * By how much the database's clock is ahead of this machine's, in milliseconds. Used by peers.ts. Must never say too much: what is
 * due would come early.
 */

/** One question to the database, times in milliseconds since 1970: by this machine's clock, but for `databaseNow`. */
export interface ClockReading {
  sentAt: number;
  receivedAt: number;
  databaseNow: number;
}

/**
 * The database read its clock between the two times, so the truth is between the two differences. What was known stands while it
 * is between them too (null: nothing yet); else the smaller one is taken, which is never too much.
 */
export function aheadOfMachine(knownMs: number | null, { sentAt, receivedAt, databaseNow }: ClockReading): number {
  const leastMs = Math.floor(databaseNow - receivedAt);
  const mostMs = databaseNow - sentAt;
  return knownMs !== null && knownMs >= leastMs && knownMs <= mostMs ? knownMs : leastMs;
}
