/** Runs: what ran and runs, newest first, live. */
import { type ReactNode, useCallback, useRef, useState } from "react";
import { Link } from "wouter";
import { ApiError } from "../api/request.ts";
import { Button } from "../components/button.tsx";
import { Empty, Failure, Loading } from "../components/failure.tsx";
import { Page } from "../components/page.tsx";
import { formatCount, plural } from "../format/numbers.ts";
import { isFiltered, type RunViewState, useRunView } from "../runs/run-filter.ts";
import { RunFilters } from "../runs/run-filters.tsx";
import { RunTable } from "../runs/run-table.tsx";
import { SelectionBar } from "../runs/selection-bar.tsx";
import { type RunList, useRuns } from "../runs/use-runs.ts";
import { useSelection } from "../runs/use-selection.ts";

const sameIds = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((id, index) => id === right[index]);

/** A condition that the engine cannot use belongs beside its field. */
const conditionError = (error: unknown): string | null =>
  error instanceof ApiError && error.code === "invalid_expression" ? error.message : null;

function Nothing({ list, state }: { list: RunList; state: RunViewState }): ReactNode {
  if (list.hasMore)
    return (
      <Empty title="None among the runs looked at so far">
        <p>A condition is tried on some thousand runs at once.</p>
        <Button onClick={list.loadMore} isBusy={list.isFetchingMore} className="mt-3">
          Look at older runs
        </Button>
      </Empty>
    );
  if (isFiltered(state.view))
    return (
      <Empty title="No run matches">
        <p>There are runs, or there may be, but none that all the filters let through.</p>
        <Button onClick={state.clear} className="mt-3">
          Clear the filters
        </Button>
      </Empty>
    );
  return (
    <Empty title="Nothing has run yet">
      <p>
        A run begins when an event comes for which a function has a trigger, or when a cron ticks.{" "}
        <Link href="/" className="font-medium text-accent underline">
          Three steps to the first run
        </Link>
      </p>
    </Empty>
  );
}

export function RunsPage(): ReactNode {
  const state = useRunView();
  const selection = useSelection();
  const scroll = useRef<HTMLElement>(null);
  const [visible, setVisible] = useState<string[]>([]);
  const onVisible = useCallback((ids: string[]) => setVisible((now) => (sameIds(now, ids) ? now : ids)), []);
  const mayMove = (): boolean => selection.picked.size === 0 && (scroll.current?.scrollTop ?? 0) < 8;
  const list = useRuns({ filter: state.filter, visible, mayMove });
  const wrongCondition = conditionError(list.error);
  const count = list.runs.length;
  return (
    <>
      <Page
        title="Runs"
        aside={
          <span className="text-ink-3" role="status">
            {count > 0 && `${formatCount(count)}${list.hasMore ? "+" : ""}`}
          </span>
        }
        bar={<RunFilters state={state} error={wrongCondition} />}
        scrollRef={scroll}
      >
        {list.fresh > 0 && (
          <div className="sticky top-2 z-10 flex h-0 justify-center">
            <Button kind="primary" onClick={list.showFresh} className="shadow-lg">
              {list.fresh >= 50 ? "50+ new runs" : plural(list.fresh, "new run")}
            </Button>
          </div>
        )}
        {list.isLoading && <Loading what="runs" />}
        {list.error !== null && wrongCondition === null && count === 0 && (
          <Failure what="Runs" error={list.error} retry={list.reload} />
        )}
        {!list.isLoading && list.error === null && count === 0 && <Nothing list={list} state={state} />}
        {count > 0 && <RunTable list={list} selection={selection} scroll={scroll} onVisible={onVisible} />}
        {count > 0 && (
          <p className="py-3 text-center text-meta text-ink-3">
            {list.isFetchingMore ? "Loading older runs …" : list.hasMore ? "" : "That is all."}
          </p>
        )}
      </Page>
      <SelectionBar runs={list.runs} selection={selection} hasMore={list.hasMore} />
    </>
  );
}
