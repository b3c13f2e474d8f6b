/** The filter of a list of runs, as it stands in the address, and as the API takes it. Pure but for the hook. */
import { useMemo } from "react";
import { useSearchParams } from "wouter";
import type { RunFilter } from "../api/runs.ts";

export const ranges: Readonly<Record<string, { label: string; ms: number }>> = {
  "15m": { label: "Last 15 minutes", ms: 900_000 },
  "1h": { label: "Last hour", ms: 3_600_000 },
  "24h": { label: "Last 24 hours", ms: 86_400_000 },
  "7d": { label: "Last 7 days", ms: 604_800_000 },
};

/** What people see and choose; all of it stands in the address. */
export interface RunView {
  status: string[];
  functionId: string[];
  appId: string[];
  /** A key of `ranges`, `custom`, or `""` for any time. */
  range: string;
  /** For `custom`: RFC 3339. */
  from: string;
  until: string;
  /** Words, or a condition in CEL. */
  q: string;
}

const listNames = ["status", "functionId", "appId"] as const;
const textNames = ["range", "from", "until", "q"] as const;

function readView(params: URLSearchParams): RunView {
  const lists = Object.fromEntries(listNames.map((name) => [name, params.getAll(name)]));
  const texts = Object.fromEntries(textNames.map((name) => [name, params.get(name) ?? ""]));
  return { ...lists, ...texts } as unknown as RunView;
}

function writeView(view: RunView): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of listNames) for (const value of view[name]) params.append(name, value);
  for (const name of textNames) if (view[name] !== "") params.set(name, view[name]);
  return params;
}

export const isFiltered = (view: RunView): boolean => writeView(view).size > 0;

/** Whether a search is a condition rather than words. */
export const isCondition = (text: string): boolean =>
  /[=<>!&|()]|\b(?:event|output|error)\./.test(text) || /\bin\b.*\[/.test(text);

/** Words are looked for in the name of the event and in the error. */
function toCondition(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "" || isCondition(trimmed)) return trimmed;
  const word = JSON.stringify(trimmed);
  return ["event.name", "error.message", "error.name"].map((field) => `${field}.contains(${word})`).join(" || ");
}

/** `now`: milliseconds since 1970, from which ranges are counted. */
function toFilter(view: RunView, now: number): RunFilter {
  const range = ranges[view.range];
  const from = range === undefined ? view.from : new Date(now - range.ms).toISOString();
  const { status, functionId, appId } = view;
  return {
    status,
    functionId,
    appId,
    from: from || undefined,
    until: range === undefined ? view.until || undefined : undefined,
    query: toCondition(view.q) || undefined,
  };
}

export interface RunViewState {
  view: RunView;
  filter: RunFilter;
  change: (part: Partial<RunView>) => void;
  clear: () => void;
}

export function useRunView(): RunViewState {
  const [params, setParams] = useSearchParams();
  const key = params.toString();
  return useMemo(() => {
    const view = readView(new URLSearchParams(key));
    const change = (part: Partial<RunView>): void =>
      setParams((now) => writeView({ ...readView(now), ...part }), { replace: true });
    // The range is counted from when it was chosen, so that pages of a list belong together.
    const filter = toFilter(view, Date.now());
    return { view, filter, change, clear: () => setParams(new URLSearchParams(), { replace: true }) };
  }, [key, setParams]);
}
