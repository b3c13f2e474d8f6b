/** Moments as the API writes them: RFC 3339. Called by all that makes answers. Pure. */

/** `ms`: milliseconds since 1970. */
export const iso = (ms: number): string => new Date(ms).toISOString();

export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
