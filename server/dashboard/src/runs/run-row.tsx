/** One run in a list: a line on a desktop, two on a phone, and its error under it. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Run, RunState } from "../api/runs.ts";
import { refineStatus, StatusText } from "../components/status.tsx";
import { Time, Took, useNow } from "../components/time.tsx";
import { formatDuration, toMs } from "../format/time.ts";

/** In a line: what it waits for, or what it failed with. */
function lineOf(run: Run, state: RunState | undefined, now: number): string {
  if (run.error !== null) return `${run.error.name}: ${run.error.message}`;
  if (run.reason !== null) return run.reason;
  const [wait] = state?.waits ?? [];
  if (wait === undefined || wait.kind === "calling") return "";
  const at = wait.until ?? wait.at;
  const left = at === undefined || at === null || at < now ? "" : `in ${formatDuration(at - now)}`;
  if (wait.kind === "sleep") return `${wait.step ?? "sleep"} wakes ${left}`.trim();
  if (wait.kind === "retry")
    return `${wait.error ?? "failed"} · retry ${wait.attempt} of ${(wait.maxAttempts ?? 1) - 1} ${left}`;
  if (wait.kind === "event") return `waits for ${wait.event ?? "an event"}`;
  if (wait.kind === "signal") return `waits for signal ${wait.signal ?? ""}`;
  if (wait.kind === "invoke") return `waits for ${wait.function ?? "another function"}`;
  return wait.sentence;
}

/** Height of the row, which the list must know before it draws it. */
export function rowHeight(run: Run, isNarrow: boolean): number {
  const hasLine = run.error !== null || run.reason !== null || run.status === "RUNNING" || run.status === "QUEUED";
  return (isNarrow ? 52 : 36) + (hasLine ? 20 : 0);
}

interface RunRowProps {
  run: Run;
  state: RunState | undefined;
  isActive: boolean;
  isPicked: boolean;
  onPick: (isRange: boolean) => void;
  onOpen: () => void;
}

function Trigger({ run }: { run: Run }): ReactNode {
  const { cron, eventIds, isBatch } = run.trigger;
  if (cron !== null)
    return (
      <span className="truncate font-mono text-meta text-ink-3" title={`Started by its schedule, ${cron}`}>
        {cron}
      </span>
    );
  const words = run.originalRunId !== null ? "rerun" : isBatch ? `${eventIds.length} events` : "";
  return <span className="truncate text-meta text-ink-3">{words}</span>;
}

function Name({ run, current }: { run: Run; current: Run }): ReactNode {
  return (
    <span className="min-w-0">
      <Link
        href={`/runs/${run.id}`}
        className="block truncate font-medium hover:underline"
        title={`${run.function.id} · ${run.id}`}
      >
        {run.function.name ?? run.function.id}
      </Link>
      <span className="flex gap-2 text-meta text-ink-3 md:hidden">
        <Time at={toMs(current.queuedAt)} />
        {current.startedAt !== null && <Took from={toMs(current.startedAt)} to={toMs(current.endedAt)} />}
      </span>
    </span>
  );
}

function Columns({ run, current }: { run: Run; current: Run }): ReactNode {
  return (
    <>
      <span className="hidden min-w-0 truncate text-ink-2 md:block" title={run.app.id ?? ""}>
        {run.app.id ?? "–"}
      </span>
      <span className="hidden min-w-0 items-center gap-2 md:flex">
        <span className="truncate font-mono text-meta text-ink-3" title={run.id}>
          {run.id.slice(-8)}
        </span>
        <Trigger run={run} />
      </span>
      <span className="hidden text-right text-ink-2 md:block">
        <Time at={toMs(current.queuedAt)} />
      </span>
      <span className="hidden text-right text-ink-2 md:block">
        <Took from={toMs(current.startedAt)} to={toMs(current.endedAt)} />
      </span>
    </>
  );
}

export function RunRow({ run, state, isActive, isPicked, onPick, onOpen }: RunRowProps): ReactNode {
  const now = useNow();
  const current = state ?? run;
  const line = lineOf(current, state, now);
  const ground = isActive ? "bg-selected" : isPicked ? "bg-sunken" : "bg-surface hover:bg-sunken";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has the link in the row, and Enter for the active row.
    // biome-ignore lint/a11y/noStaticElementInteractions: a link over the whole row would hide what its cells say when pointed at.
    <div
      onClick={(event) => {
        if (!(event.target instanceof Element) || event.target.closest("a, label, input") === null) onOpen();
      }}
      className={`group h-full cursor-pointer border-b border-line px-4 ${ground}`}
    >
      <div className="grid h-13 grid-cols-[24px_1fr_auto] items-center gap-x-2 md:h-9 md:grid-cols-[24px_112px_minmax(0,2fr)_minmax(0,10rem)_minmax(0,15rem)_80px_88px] md:gap-x-3">
        <label className="-ml-2 flex size-9 items-center justify-center">
          <input
            type="checkbox"
            checked={isPicked}
            aria-label={`Pick run ${run.id}`}
            onChange={() => undefined}
            onClick={(event) => onPick(event.shiftKey)}
            className="size-4 accent-accent"
          />
        </label>
        <span className="order-3 md:order-none">
          <StatusText status={refineStatus(current.status, state?.waits)} />
        </span>
        <Name run={run} current={current} />
        <Columns run={run} current={current} />
      </div>
      {line !== "" && (
        <p
          className={`-mt-1 truncate pl-8 text-meta md:-mt-2 md:pl-[160px] ${run.error === null ? "text-ink-3" : "text-failed"}`}
          title={line}
        >
          {line}
        </p>
      )}
    </div>
  );
}
