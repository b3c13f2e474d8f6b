/** The range of time of a page of figures, as it stands in the address. Pure but for the hook. */
import { useSearchParams } from "wouter";

const hourMs = 3_600_000;

interface MetricsRange {
  label: string;
  ms: number;
  bucket: "minute" | "hour" | "day";
  /** How often it is loaded anew. */
  everyMs: number;
}

export const metricsRanges = {
  "1h": { label: "Last hour", ms: hourMs, bucket: "minute", everyMs: 5000 },
  "6h": { label: "Last 6 hours", ms: 6 * hourMs, bucket: "minute", everyMs: 30_000 },
  "24h": { label: "Last 24 hours", ms: 24 * hourMs, bucket: "hour", everyMs: 30_000 },
  "7d": { label: "Last 7 days", ms: 7 * 24 * hourMs, bucket: "hour", everyMs: 60_000 },
  "30d": { label: "Last 30 days", ms: 30 * 24 * hourMs, bucket: "day", everyMs: 60_000 },
} as const satisfies Record<string, MetricsRange>;

export type RangeName = keyof typeof metricsRanges;

export const bucketMs = { minute: 60_000, hour: hourMs, day: 24 * hourMs } as const;

const isRange = (text: string | null): text is RangeName => text !== null && Object.hasOwn(metricsRanges, text);

/** The range that was chosen, the last hour without one. */
export function useMetricsRange(): [RangeName, (name: RangeName) => void] {
  const [params, setParams] = useSearchParams();
  const given = params.get("range");
  const choose = (name: RangeName): void => {
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.set("range", name);
        return next;
      },
      { replace: true },
    );
  };
  return [isRange(given) ? given : "1h", choose];
}
