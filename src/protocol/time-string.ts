/**
 * The protocol's time strings (`"1h30m"`). Read by the engine for sleeps, timeouts and periods, and by the SDK's
 * duration folder. Pure; never throws: what is not a time string gives null, and the caller says so in its own words.
 */

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const TOKEN = /(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w)/y;

/**
 * Reads a time string such as `"1h30m"`, `"1.5h"`, `"500ms"`, `"2w3d"` or `"0"`.
 * @returns milliseconds, possibly a fraction, never negative; null when the text is not wholly made of numbers with units.
 */
export function parseTimeString(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === "0") return 0;
  if (trimmed === "") return null;
  let totalMs = 0;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (!match) return null;
    totalMs += Number(match[1]) * (UNIT_MS[match[2] as string] as number);
  }
  return Number.isFinite(totalMs) ? totalMs : null;
}
