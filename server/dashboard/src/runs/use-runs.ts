/**
 * A list of runs that stays up to date without moving: rows that are there change in place, new ones are kept back until
 * someone asks for them, or come at the top when that is in sight. Older ones are loaded as the list is scrolled.
 */
import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import type { Page } from "../api/request.ts";
import { listRuns, type Run, type RunFilter, type RunState, runStates } from "../api/runs.ts";
import type { Change } from "../api/stream.ts";
import { useChanges } from "../live/live.tsx";

type Data = InfiniteData<Page<Run>, string | null>;

const pageSize = 50;
/** The API takes so many ids at once. */
const idsMax = 100;

export interface RunList {
  runs: Run[];
  /** What open runs in sight wait for, by id. */
  states: ReadonlyMap<string, RunState>;
  fresh: number;
  showFresh: () => void;
  isLoading: boolean;
  isFetchingMore: boolean;
  error: unknown;
  hasMore: boolean;
  loadMore: () => void;
  reload: () => void;
}

interface RunListOptions {
  filter: RunFilter;
  /** Ids of the rows in sight. */
  visible: readonly string[];
  /** Whether new runs may come in by themselves: the top is in sight, and nothing is picked. */
  mayMove: () => boolean;
}

const isOpen = ({ status }: Run): boolean => status === "QUEUED" || status === "RUNNING";

function patch(data: Data, states: readonly Run[]): Data {
  const byId = new Map(states.map((run) => [run.id, run]));
  const pages = data.pages.map((page) => {
    if (!page.data.some(({ id }) => byId.has(id))) return page;
    return { ...page, data: page.data.map((run) => byId.get(run.id) ?? run) };
  });
  return { ...data, pages };
}

function prepend(data: Data, runs: readonly Run[]): Data {
  const [first, ...rest] = data.pages;
  if (first === undefined) return data;
  const known = new Set(data.pages.flatMap((page) => page.data.map(({ id }) => id)));
  const added = runs.filter(({ id }) => !known.has(id));
  return { ...data, pages: [{ ...first, data: [...added, ...first.data] }, ...rest] };
}

/** What the rows in sight that have not ended wait for. */
function useStates(visible: readonly string[], runs: readonly Run[]): Map<string, RunState> {
  const open = useMemo(() => {
    const seen = new Set(visible);
    return runs.filter((run) => seen.has(run.id) && isOpen(run)).map(({ id }) => id);
  }, [visible, runs]);
  const ids = open.slice(0, idsMax);
  const { data } = useQuery({
    queryKey: ["run-states", ids],
    queryFn: () => runStates(ids),
    enabled: ids.length > 0,
    placeholderData: (before) => before,
    staleTime: 2000,
  });
  return useMemo(() => new Map((data ?? []).map((run) => [run.id, run])), [data]);
}

interface Looking extends RunListOptions {
  listKey: readonly ["runs", RunFilter];
  update: (change: (data: Data) => Data) => void;
  setFresh: (runs: Run[]) => void;
}

/** Looks at the head of the list, and at the rows that changed, after each change. */
function useLooking({ filter, visible, mayMove, listKey, update, setFresh }: Looking): void {
  const client = useQueryClient();
  const isBusy = useRef(false);
  const missed = useRef<Change | null>(null);
  const look = async (change: Change): Promise<void> => {
    const data = client.getQueryData<Data>(listKey);
    if (isBusy.current) missed.current = change;
    if (data === undefined || isBusy.current) return;
    isBusy.current = true;
    try {
      const known = new Set(data.pages.flatMap((page) => page.data.map(({ id }) => id)));
      const isAll = change.isReset || change.many;
      const changed = (isAll ? visible : change.runs).filter((id) => known.has(id)).slice(0, idsMax);
      const [head, found] = await Promise.all([
        listRuns(filter, null, pageSize),
        changed.length === 0 ? [] : runStates(changed),
      ]);
      update((now) => patch(patch(now, head.data), found));
      void client.invalidateQueries({ queryKey: ["run-states"] });
      const added = head.data.filter(({ id }) => !known.has(id));
      if (mayMove()) update((now) => prepend(now, added));
      setFresh(mayMove() ? [] : added);
    } catch {
      // The next change looks again; that the engine does not answer is said at the top of the page.
    } finally {
      isBusy.current = false;
      const next = missed.current;
      missed.current = null;
      // Which rows those changes were about is forgotten: all in sight are looked at.
      if (next !== null) void look({ ...next, many: true });
    }
  };
  useChanges((change) => {
    if (change.isReset || change.topics.includes("runs") || change.topics.includes("pauses")) void look(change);
  });
}

export function useRuns(options: RunListOptions): RunList {
  const { filter, visible } = options;
  const client = useQueryClient();
  const listKey = useMemo(() => ["runs", filter] as const, [filter]);
  const [fresh, setFresh] = useState<{ key: unknown; runs: Run[] }>({ key: listKey, runs: [] });
  const query = useInfiniteQuery({
    queryKey: listKey,
    queryFn: ({ pageParam, signal }) => listRuns(filter, pageParam, pageSize, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.page.cursor,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const runs = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  const states = useStates(visible, runs);
  const update = (change: (data: Data) => Data): void => {
    client.setQueryData<Data>(listKey, (data) => (data === undefined ? data : change(data)));
  };
  const keep = (found: Run[]): void => setFresh({ key: listKey, runs: found });
  useLooking({ ...options, listKey, update, setFresh: keep });

  const waiting = fresh.key === listKey ? fresh.runs : [];
  return {
    runs,
    states,
    fresh: waiting.length,
    showFresh: () => {
      // More may have come than one page holds: the list begins anew then.
      if (waiting.length >= pageSize) void client.resetQueries({ queryKey: listKey });
      else update((data) => prepend(data, waiting));
      keep([]);
    },
    isLoading: query.isPending,
    isFetchingMore: query.isFetchingNextPage,
    error: query.error,
    hasMore: query.hasNextPage,
    loadMore: () => void query.fetchNextPage(),
    reload: () => void query.refetch(),
  };
}
