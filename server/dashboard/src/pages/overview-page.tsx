/** Overview: is everything all right, in one look. Before anything has run it teaches how to get there. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { Link, useLocation } from "wouter";
import { listPauses } from "../api/engine.ts";
import { getOverview, type Minute, type Overview } from "../api/operate.ts";
import { Chart, type Series } from "../components/chart.tsx";
import { Icon } from "../components/icon.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { Sparkline } from "../components/sparkline.tsx";
import { Time } from "../components/time.tsx";
import { formatBytes, formatCount, plural } from "../format/numbers.ts";
import { formatDuration, toMs } from "../format/time.ts";
import { FirstVisit } from "../overview/first-visit.tsx";

const sum = (minutes: readonly Minute[], name: "completed" | "failed"): number =>
  minutes.reduce((total, minute) => total + minute[name], 0);

/** The worst minute's: a figure that no quiet minute hides. */
function worst(minutes: readonly Minute[], name: "runP95" | "waitP95"): string {
  const values = minutes.flatMap((minute) => minute[name] ?? []);
  return values.length === 0 ? "–" : formatDuration(Math.max(...values));
}

function Figure({ name, value, hint, href }: { name: string; value: string; hint?: string; href?: string }): ReactNode {
  const content = (
    <>
      <span className="block text-meta text-ink-3">{name}</span>
      <strong className="block text-figure font-semibold tabular-nums">{value}</strong>
      <span className="block text-meta text-ink-3">{hint ?? "\u00a0"}</span>
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

function Figures({ overview }: { overview: Overview }): ReactNode {
  const { minutes, storage, oldestQueuedAt } = overview;
  const [completed, failed] = [sum(minutes, "completed"), sum(minutes, "failed")];
  const ended = completed + failed;
  const queued = storage.openRuns;
  const oldest = toMs(oldestQueuedAt);
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Figure
        name="Ended in the last hour"
        value={formatCount(ended)}
        hint={`${plural(overview.calls, "call")} under way`}
        href="/runs?range=1h"
      />
      <Figure
        name="Success"
        value={ended === 0 ? "–" : `${((completed / ended) * 100).toFixed(failed === 0 ? 0 : 1)} %`}
        hint={`${formatCount(failed)} failed`}
        href="/runs?status=FAILED&range=1h"
      />
      <Figure name="Run, p95" value={worst(minutes, "runP95")} hint="worst minute" />
      <Figure name="Wait for a start, p95" value={worst(minutes, "waitP95")} hint="worst minute" />
      <Figure
        name="Open runs"
        value={formatCount(queued)}
        hint={
          oldest === null ? "none waits to start" : `oldest waits ${formatDuration(Date.parse(overview.now) - oldest)}`
        }
        href="/queue"
      />
      <Figure
        name="Records"
        value={formatBytes(storage.usedBytes)}
        hint={`${formatCount(storage.runs)} runs`}
        href="/settings"
      />
    </div>
  );
}

function Exceptions({ overview }: { overview: Overview }): ReactNode {
  const pauses = useQuery({ queryKey: ["pauses"], queryFn: listPauses });
  const held = (pauses.data ?? []).filter(({ scope }) => scope !== "all");
  const { storage, unreachable } = overview;
  if (held.length === 0 && unreachable.length === 0 && storage.deadLetters === 0) return null;
  return (
    <ul className="flex flex-col gap-2" aria-label="What needs someone">
      {unreachable.map(({ url, message }) => (
        <li key={url} className="flex flex-wrap items-center gap-2 rounded-md bg-failed-chip px-4 py-2 text-failed">
          <Icon name="warn" />
          <strong>{url}</strong>
          <span className="min-w-0 break-words">{message}</span>
          <Link href="/apps" className="ml-auto font-medium underline">
            Apps
          </Link>
        </li>
      ))}
      {held.map((pause) => (
        <li
          key={`${pause.scope}${pause.target}`}
          className="flex flex-wrap items-center gap-2 rounded-md bg-paused-chip px-4 py-2 text-paused"
        >
          <Icon name="pause" />
          <strong>{pause.target}</strong>
          <span className="min-w-0 break-words">
            paused by {pause.author}: {pause.reason} · <Time at={toMs(pause.pausedAt)} />
          </span>
          <Link href="/settings" className="ml-auto font-medium underline">
            Settings
          </Link>
        </li>
      ))}
      {storage.deadLetters > 0 && (
        <li className="flex flex-wrap items-center gap-2 rounded-md bg-failed-chip px-4 py-2 text-failed">
          <Icon name="letters" />
          <strong>{formatCount(storage.deadLetters)}</strong>
          <span>{storage.deadLetters === 1 ? "dead letter waits" : "dead letters wait"} for someone</span>
          <Link href="/dead-letters" className="ml-auto font-medium underline">
            Dead letters
          </Link>
        </li>
      )}
    </ul>
  );
}

const counted = (value: number): string => (Number.isInteger(value) ? formatCount(value) : "");

function Charts({ minutes }: { minutes: readonly Minute[] }): ReactNode {
  const [, navigate] = useLocation();
  const times = useMemo(() => minutes.map(({ at }) => Date.parse(at)), [minutes]);
  const ends = useMemo<Series[]>(
    () => [
      // Stacked: failures stand on top of what went well.
      {
        label: "failed",
        said: minutes.map(({ failed }) => failed),
        colour: "--failed",
        kind: "bars",
        values: minutes.map(({ completed, failed }) => completed + failed),
      },
      { label: "completed", colour: "--completed", kind: "bars", values: minutes.map(({ completed }) => completed) },
    ],
    [minutes],
  );
  const lengths = useMemo<Series[]>(
    () => [
      { label: "run p95", colour: "--running", kind: "line", values: minutes.map(({ runP95 }) => runP95) },
      { label: "run p50", colour: "--running", kind: "dashed", values: minutes.map(({ runP50 }) => runP50) },
      { label: "wait p95", colour: "--waiting", kind: "line", values: minutes.map(({ waitP95 }) => waitP95) },
    ],
    [minutes],
  );
  const go = (from: number): void => {
    const range = { range: "custom", from: new Date(from).toISOString(), until: new Date(from + 60_000).toISOString() };
    navigate(`/runs?${new URLSearchParams(range)}`);
  };
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Runs that ended, by minute">
        <Chart label="Runs that ended, by minute" times={times} series={ends} format={counted} onBucket={go} />
      </Card>
      <Card title="How long they took">
        <Chart
          label="How long runs took and waited, by minute"
          times={times}
          series={lengths}
          format={formatDuration}
          onBucket={go}
        />
      </Card>
    </div>
  );
}

function Failures({ overview }: { overview: Overview }): ReactNode {
  if (overview.failures.length === 0) return null;
  return (
    <Card title="Failures by function">
      <ul>
        {overview.failures.slice(0, 10).map(({ function: fn, count, lastAt, error, perMinute }) => (
          <li
            key={fn}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 last:border-b-0"
          >
            <span className="w-8 text-right font-semibold text-failed">{formatCount(count)}</span>
            <Link
              href={`/runs?status=FAILED&functionId=${encodeURIComponent(fn)}`}
              className="font-medium hover:underline"
            >
              {fn}
            </Link>
            <span className="min-w-0 flex-1 basis-48 truncate text-ink-2" title={error}>
              {error}
            </span>
            <Sparkline counts={perMinute} label={`${count} in the last hour`} />
            <span className="w-16 text-right text-ink-3">
              <Time at={toMs(lastAt)} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function OverviewPage(): ReactNode {
  const query = useQuery({ queryKey: ["overview"], queryFn: getOverview, refetchInterval: 30_000 });
  return (
    <QueryView what="The overview" query={query}>
      {(overview) =>
        overview.storage.runs === 0 ? (
          <div className="min-h-0 flex-1 overflow-auto">
            <FirstVisit />
          </div>
        ) : (
          <Page
            title="Overview"
            aside={
              <span className="text-ink-3">
                the last hour
                {Date.parse(overview.now) - Date.parse(overview.since) < 3_600_000 ? ", since the engine started " : ""}
                {Date.parse(overview.now) - Date.parse(overview.since) < 3_600_000 && (
                  <Time at={toMs(overview.since)} />
                )}
              </span>
            }
          >
            <div className="flex flex-col gap-4 px-4 pb-6">
              <Exceptions overview={overview} />
              <Figures overview={overview} />
              <Charts minutes={overview.minutes} />
              <Failures overview={overview} />
            </div>
          </Page>
        )
      }
    </QueryView>
  );
}
