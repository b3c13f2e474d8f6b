/** How runs went over time: how many ended and how, how long they took and waited. A click leads to the runs of a bucket. */
import { type ReactNode, useMemo } from "react";
import { useLocation } from "wouter";
import type { Metrics } from "../api/metrics.ts";
import { Chart, type Series } from "../components/chart.tsx";
import { Card } from "../components/page.tsx";
import { formatCount } from "../format/numbers.ts";
import { formatDuration } from "../format/time.ts";
import { bucketMs } from "./metrics-range.ts";

const counted = (value: number): string => (Number.isInteger(value) ? formatCount(value) : "");

/** `functionId`: of whose runs a bucket's are listed; undefined for all. */
export function MetricsCharts({ metrics, functionId }: { metrics: Metrics; functionId?: string }): ReactNode {
  const { buckets, bucket } = metrics;
  const [, navigate] = useLocation();
  const times = useMemo(() => buckets.map(({ at }) => Date.parse(at)), [buckets]);
  const ends = useMemo<Series[]>(
    () => [
      // Stacked: failures stand on top of what went well.
      {
        label: "failed",
        said: buckets.map(({ failed }) => failed),
        colour: "--failed",
        kind: "bars",
        values: buckets.map(({ completed, failed }) => completed + failed),
      },
      { label: "completed", colour: "--completed", kind: "bars", values: buckets.map(({ completed }) => completed) },
    ],
    [buckets],
  );
  const lengths = useMemo<Series[]>(
    () => [
      { label: "run p95", colour: "--running", kind: "line", values: buckets.map(({ runMs }) => runMs?.p95 ?? null) },
      { label: "run p50", colour: "--running", kind: "dashed", values: buckets.map(({ runMs }) => runMs?.p50 ?? null) },
      {
        label: "wait p95",
        colour: "--waiting",
        kind: "line",
        values: buckets.map(({ waitMs }) => waitMs?.p95 ?? null),
      },
      {
        label: "wait p50",
        colour: "--waiting",
        kind: "dashed",
        values: buckets.map(({ waitMs }) => waitMs?.p50 ?? null),
      },
    ],
    [buckets],
  );
  const go = (from: number): void => {
    const [first, last] = [from, from + bucketMs[bucket]].map((at) => new Date(at).toISOString());
    const query = new URLSearchParams({ range: "custom", from: first ?? "", until: last ?? "" });
    if (functionId !== undefined) query.set("functionId", functionId);
    navigate(`/runs?${query}`);
  };
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title={`Runs that ended, by ${bucket}`}>
        <Chart label={`Runs that ended, by ${bucket}`} times={times} series={ends} format={counted} onBucket={go} />
      </Card>
      <Card title="How long they took and waited">
        <Chart
          label={`How long runs took and waited, by ${bucket}`}
          times={times}
          series={lengths}
          format={formatDuration}
          onBucket={go}
        />
      </Card>
    </div>
  );
}
