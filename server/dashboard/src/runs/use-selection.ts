/** Which runs of a list are picked. Shift picks all from the one picked last. */
import { useCallback, useMemo, useRef, useState } from "react";
import type { Run } from "../api/runs.ts";

export interface Selection {
  picked: ReadonlySet<string>;
  toggle(id: string, isRange: boolean, runs: readonly Run[]): void;
  set(ids: readonly string[]): void;
  clear(): void;
}

export function useSelection(): Selection {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const toggle = useCallback<Selection["toggle"]>((id, isRange, runs) => {
    const from = runs.findIndex((run) => run.id === last.current);
    const to = runs.findIndex((run) => run.id === id);
    last.current = id;
    setPicked((before) => {
      const next = new Set(before);
      if (isRange && from !== -1 && to !== -1) {
        for (const run of runs.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(run.id);
      } else if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  return useMemo(
    () => ({ picked, toggle, set: (ids) => setPicked(new Set(ids)), clear: () => setPicked(new Set()) }),
    [picked, toggle],
  );
}
