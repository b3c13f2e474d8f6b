/**
 * Keeps what is shown up to date: one stream for the whole page, whose changes mark queries as old at most once a second.
 * Nothing is loaded while the tab is hidden or updates are held; what changed meanwhile is looked at afterwards.
 */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Change, openChangeStream, type StreamState } from "../api/stream.ts";

interface Live {
  state: StreamState;
  isHeld: boolean;
  setHeld(isHeld: boolean): void;
  /** Since when the stream is lost, milliseconds since 1970; null while it is not. */
  lostAt: number | null;
  /** Hears what changed, put together. Returns what ends it. */
  listen(listener: (change: Change) => void): () => void;
}

const LiveContext = createContext<Live | null>(null);

const everyMs = 800;

/** Which queries show what a kind of change is about. Lists of runs look after themselves. */
const shownBy: Readonly<Record<string, readonly string[]>> = {
  alerts: ["alerts", "alert-history", "alert-rules", "alert-channels"],
  apps: ["apps", "app-addresses", "functions", "ticks", "overview"],
  "bulk-jobs": ["bulk-jobs"],
  "dead-letters": ["dead-letters", "dead-letter-groups", "overview"],
  events: ["events", "overview"],
  functions: ["functions", "ticks"],
  pauses: ["pauses", "functions", "queue", "overview"],
  runs: ["event-runs", "overview", "queue"],
  schedules: ["schedules"],
};

function merge(left: Change | null, right: Change): Change {
  if (left === null) return right;
  return {
    runs: [...new Set([...left.runs, ...right.runs])],
    functions: [...new Set([...left.functions, ...right.functions])],
    topics: [...new Set([...left.topics, ...right.topics])],
    many: left.many || right.many,
    isReset: left.isReset || right.isReset,
  };
}

function invalidate(client: QueryClient, change: Change): void {
  if (change.isReset) {
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "runs" });
    return;
  }
  const names = new Set(change.topics.flatMap((topic) => shownBy[topic] ?? []));
  const runs = new Set(change.runs);
  void client.invalidateQueries({
    predicate: ({ queryKey: [name, id] }) =>
      names.has(String(name)) ||
      (name === "run" && (change.many || change.topics.includes("pauses") || runs.has(String(id)))),
  });
}

/** Gathers what changed, and hands it on at most once in a while, not while the tab is hidden or updates are held. */
function useGathered(isHeld: boolean, hand: (change: Change) => void) {
  const pending = useRef<Change | null>(null);
  const timer = useRef<number | undefined>(undefined);
  const held = useRef(isHeld);
  const flush = useCallback(() => {
    timer.current = undefined;
    const change = pending.current;
    if (change === null || document.hidden || held.current) return;
    pending.current = null;
    hand(change);
  }, [hand]);
  useEffect(() => {
    held.current = isHeld;
    flush();
  }, [isHeld, flush]);
  useEffect(() => {
    document.addEventListener("visibilitychange", flush);
    return () => {
      document.removeEventListener("visibilitychange", flush);
      window.clearTimeout(timer.current);
    };
  }, [flush]);
  return useCallback(
    (change: Change) => {
      pending.current = merge(pending.current, change);
      timer.current ??= window.setTimeout(flush, everyMs);
    },
    [flush],
  );
}

export function LiveProvider({ children }: { children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>("connecting");
  const [isHeld, setHeld] = useState(false);
  const [lostAt, setLostAt] = useState<number | null>(null);
  const listeners = useRef(new Set<(change: Change) => void>());
  const hand = useCallback(
    (change: Change) => {
      invalidate(client, change);
      for (const listener of listeners.current) listener(change);
    },
    [client],
  );
  const gather = useGathered(isHeld, hand);
  useEffect(
    () =>
      openChangeStream({
        onChange: gather,
        onState(next) {
          setState(next);
          setLostAt(next === "lost" ? Date.now() : null);
        },
      }),
    [gather],
  );
  const listen = useCallback((listener: (change: Change) => void) => {
    listeners.current.add(listener);
    return () => {
      listeners.current.delete(listener);
    };
  }, []);
  const live = useMemo<Live>(() => ({ state, isHeld, setHeld, lostAt, listen }), [state, isHeld, lostAt, listen]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = use(LiveContext);
  if (live === null) throw new Error("LiveProvider is missing.");
  return live;
}

/** Calls `listener` with each change, while the component is there. */
export function useChanges(listener: (change: Change) => void): void {
  const { listen } = useLive();
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => listen((change) => current.current(change)), [listen]);
}
