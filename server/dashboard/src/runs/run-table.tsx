/** A long list of runs of which only the rows in sight are drawn. `j` and `k` walk it, Enter opens, `x` picks. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { Run } from "../api/runs.ts";
import { useShortcut } from "../shell/shortcuts.tsx";
import { RunRow, rowHeight } from "./run-row.tsx";
import type { RunList } from "./use-runs.ts";
import type { Selection } from "./use-selection.ts";
import { rememberList } from "./walk.ts";

interface RunTableProps {
  list: RunList;
  selection: Selection;
  scroll: RefObject<HTMLElement | null>;
  onVisible: (ids: string[]) => void;
}

function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => window.matchMedia("(max-width: 767px)").matches);
  useEffect(() => {
    const query = window.matchMedia("(max-width: 767px)");
    const onChange = (): void => setNarrow(query.matches);
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, []);
  return isNarrow;
}

function useWalk(runs: readonly Run[], selection: Selection, show: (index: number) => void) {
  const [active, setActive] = useState<string | null>(null);
  const [, navigate] = useLocation();
  const index = runs.findIndex(({ id }) => id === active);
  const go = (next: number): void => {
    const run = runs[Math.min(Math.max(next, 0), runs.length - 1)];
    if (run === undefined) return;
    setActive(run.id);
    show(runs.indexOf(run));
  };
  const open = (id: string): void => {
    rememberList(runs.map((run) => run.id));
    navigate(`/runs/${id}`);
  };
  useShortcut("j", "Next row", () => go(index + 1));
  useShortcut("k", "Row before", () => go(index - 1));
  useShortcut("Enter", "Open the row", () => active !== null && open(active));
  useShortcut("x", "Pick the row", () => active !== null && selection.toggle(active, false, runs));
  return { active, open };
}

export function RunTable({ list, selection, scroll, onVisible }: RunTableProps): ReactNode {
  const { runs, hasMore, isFetchingMore, loadMore } = list;
  const isNarrow = useNarrow();
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => {
      const run = runs[index];
      return run === undefined ? 36 : rowHeight(run, isNarrow);
    },
    getItemKey: (index) => runs[index]?.id ?? index,
    overscan: 12,
  });
  const { active, open } = useWalk(runs, selection, (index) => rows.scrollToIndex(index));
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  // A row that grows or shrinks moves those after it: the list keeps the heights that it was told.
  const heights = useMemo(() => runs.map((run) => rowHeight(run, isNarrow)).join(), [runs, isNarrow]);
  const measured = useRef(heights);
  useEffect(() => {
    if (measured.current === heights) return;
    measured.current = heights;
    rows.measure();
  }, [rows, heights]);
  useEffect(() => {
    onVisible(runs.slice(first, last + 1).map(({ id }) => id));
    if (hasMore && !isFetchingMore && last >= runs.length - 15) loadMore();
  }, [first, last, runs, hasMore, isFetchingMore, loadMore, onVisible]);
  return (
    <ul className="relative" style={{ height: rows.getTotalSize() }} aria-label="Runs">
      {items.map(({ index, start, size, key }) => {
        const run = runs[index];
        if (run === undefined) return null;
        return (
          <li
            key={key}
            className="absolute inset-x-0 top-0"
            style={{ height: size, transform: `translateY(${start}px)` }}
          >
            <RunRow
              run={run}
              state={list.states.get(run.id)}
              isActive={run.id === active}
              isPicked={selection.picked.has(run.id)}
              onPick={(isRange) => selection.toggle(run.id, isRange, runs)}
              onOpen={() => open(run.id)}
            />
          </li>
        );
      })}
    </ul>
  );
}
