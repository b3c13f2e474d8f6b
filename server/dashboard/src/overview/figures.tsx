/** The figures of a range of time at the top of a page: how many runs, how well, how long, what waits. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { FiguresAnswer, SpreadAnswer } from "../../../src/api/answers.ts";
import type { Metrics } from "../api/metrics.ts";
import type { Overview } from "../api/operate.ts";
import { formatBytes, formatCount, plural } from "../format/numbers.ts";
import { formatDuration } from "../format/time.ts";
import { metricsRanges, type RangeName } from "./metrics-range.ts";

function Figure({ name, value, hint, href }: { name: string; value: string; hint: string; href?: string }): ReactNode {
  const content = (
    <>
      <span className="block text-meta text-ink-3">{name}</span>
      <strong className="block text-figure font-semibold tabular-nums">{value}</strong>
      <span className="block text-meta text-ink-3">{hint}</span>
    </>
  );
  const look = "block min-w-0 rounded-md border border-line bg-surface px-4 py-3";
  return href === undefined ? (
    <div className={look}>{content}</div>
  ) : (
    <Link href={href} className={`${look} hover:bg-sunken`}>
      {content}
    </Link>
  );
}

export function success({ successRate, failed }: FiguresAnswer): string {
  return successRate === null ? "–" : `${(successRate * 100).toFixed(failed === 0 ? 0 : 1)} %`;
}

const p95 = (spread: SpreadAnswer | null): string => (spread === null ? "–" : formatDuration(spread.p95));
const p50 = (spread: SpreadAnswer | null): string => (spread === null ? "p50 –" : `p50 ${formatDuration(spread.p50)}`);

/** The list of runs that shows the same range; its own ranges are fewer. */
function runsOf(range: RangeName, more: Record<string, string>): string {
  const from = new Date(Date.now() - metricsRanges[range].ms).toISOString();
  const time: Record<string, string> = range === "6h" || range === "30d" ? { range: "custom", from } : { range };
  return `/runs?${new URLSearchParams({ ...time, ...more })}`;
}

interface FiguresProps {
  metrics: Metrics;
  range: RangeName;
  /** Of one function; undefined for all. */
  functionId?: string;
  /** What the engine keeps, for the page of all. */
  overview?: Overview;
}

export function Figures({ metrics, range, functionId, overview }: FiguresProps): ReactNode {
  const { total, queue } = metrics;
  const { completed, failed, runMs, waitMs } = total;
  const perMinute = (completed + failed) / (metricsRanges[range].ms / 60_000);
  const mine: Record<string, string> = functionId === undefined ? {} : { functionId };
  const rate = perMinute >= 10 ? formatCount(Math.round(perMinute)) : perMinute.toFixed(1);
  return (
    <div
      className={`grid grid-cols-2 gap-3 md:grid-cols-3 ${overview === undefined ? "xl:grid-cols-5" : "xl:grid-cols-6"}`}
    >
      <Figure
        name="Runs ended"
        value={formatCount(completed + failed)}
        hint={`${rate} a minute`}
        href={runsOf(range, mine)}
      />
      <Figure
        name="Success"
        value={success(total)}
        hint={`${formatCount(failed)} failed, ${plural(total.retries, "retry", "retries")}`}
        href={runsOf(range, { ...mine, status: "FAILED" })}
      />
      <Figure name="Run time, p95" value={p95(runMs)} hint={p50(runMs)} />
      <Figure name="Waiting time, p95" value={p95(waitMs)} hint={p50(waitMs)} />
      <Figure
        name="In the queue"
        value={formatCount(queue.queued)}
        hint={
          queue.oldestAgeMs === null
            ? `${formatCount(queue.running)} running, none waits`
            : `oldest waits ${formatDuration(queue.oldestAgeMs)}`
        }
        href="/queue"
      />
      {overview !== undefined && (
        <Figure
          name="Disk"
          value={formatBytes(overview.storage.usedBytes)}
          hint={`${formatCount(overview.storage.runs)} runs kept`}
          href="/settings"
        />
      )}
    </div>
  );
}
