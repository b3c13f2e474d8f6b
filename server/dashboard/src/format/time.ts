/** Times and lengths of time as text. Pure, but for the browser's own zone. */

/** How times are shown everywhere; people choose it once. */
export type TimeMode = "relative" | "local" | "utc";

export const localZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone;

const parts = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-01-31 12:00:00`, in a zone. */
export function formatMoment(at: number, zone: string): string {
  const format = formats.get(zone) ?? parts(zone);
  formats.set(zone, format);
  const found = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${found.year}-${found.month}-${found.day} ${found.hour}:${found.minute}:${found.second}`;
}

const isToday = (at: number, now: number, zone: string): boolean =>
  formatMoment(at, zone).slice(0, 10) === formatMoment(now, zone).slice(0, 10);

/** Today's moments without their date; always with what zone they are in. */
export function formatClock(at: number, now: number, mode: "local" | "utc"): string {
  const zone = mode === "utc" ? "UTC" : localZone;
  const text = formatMoment(at, zone);
  const shown = isToday(at, now, zone) ? text.slice(11) : text.slice(5, 16);
  return mode === "utc" ? `${shown} UTC` : shown;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** `340 ms`, `4.1 s`, `2 m 5 s`, `3 h`, `6 d 4 h`: two units at most. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const first = units.findIndex(([, size]) => ms >= size);
  const [name, size] = units[first] ?? units[3];
  const whole = Math.floor(ms / size);
  const next = units[first + 1];
  const rest = next === undefined ? 0 : Math.floor((ms - whole * size) / next[1]);
  return rest === 0 || next === undefined ? `${whole} ${name}` : `${whole} ${name} ${rest} ${next[0]}`;
}

/** `12s`, `3m`, `5h`, `2d`: one unit, for tight places. */
export function formatShort(ms: number): string {
  for (const [name, size] of units) if (ms >= size) return `${Math.floor(ms / size)}${name}`;
  return "0s";
}

/** `3m ago`, `in 12s`. */
export function formatRelative(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 1000) return "now";
  return ms > 0 ? `${formatShort(ms)} ago` : `in ${formatShort(-ms)}`;
}

export const toMs = (iso: string | null | undefined): number | null =>
  iso === null || iso === undefined ? null : Date.parse(iso);
