/** A moment or a length of time on the page. People choose once how moments are shown; the tooltip has both zones. */
import { createContext, type ReactNode, use, useSyncExternalStore } from "react";
import { formatClock, formatDuration, formatMoment, formatRelative, localZone, type TimeMode } from "../format/time.ts";

export interface TimeChoice {
  mode: TimeMode;
  setMode(mode: TimeMode): void;
}

export const TimeContext = createContext<TimeChoice>({ mode: "relative", setMode: () => undefined });

/** One ticking for the whole page, only while the tab is seen. */
const listeners = new Set<() => void>();
let tick = Date.now();
let timer: number | undefined;

function arm(): void {
  timer ??= window.setInterval(() => {
    if (document.hidden) return;
    tick = Date.now();
    for (const listener of listeners) listener();
  }, 1000);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  tick = Date.now();
  arm();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since 1970, newly each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => tick);

const bothZones = (at: number): string => `${formatMoment(at, localZone)} ${localZone}\n${formatMoment(at, "UTC")} UTC`;

export function Time({ at, prefix = "" }: { at: number | null; prefix?: string }): ReactNode {
  const { mode } = use(TimeContext);
  const now = useNow();
  if (at === null) return <span className="text-ink-3">–</span>;
  const text = mode === "relative" ? formatRelative(at, now) : formatClock(at, now, mode);
  return (
    <time dateTime={new Date(at).toISOString()} title={bothZones(at)} className="whitespace-nowrap">
      {prefix}
      {text}
    </time>
  );
}

/** From one moment to another; to now while there is no end. */
export function Took({ from, to }: { from: number | null; to: number | null }): ReactNode {
  const now = useNow();
  if (from === null) return <span className="text-ink-3">–</span>;
  return <span className="whitespace-nowrap">{formatDuration((to ?? Math.max(now, from)) - from)}</span>;
}
