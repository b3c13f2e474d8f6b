/** How functions went, as the API gives it. */
import type { MetricsAnswer } from "../../../src/api/answers.ts";
import { ask } from "./request.ts";

export type Metrics = MetricsAnswer;

interface MetricsRequest {
  /** The range ends now and is so long, in milliseconds. */
  lengthMs: number;
  bucket: Metrics["bucket"];
  /** Undefined: of all. */
  function?: string | undefined;
}

/** The range has whole buckets, the open one last, so that a chart has the same number of them whenever it is asked for. */
export function getMetrics({ lengthMs, bucket, function: fn }: MetricsRequest): Promise<Metrics> {
  const stepMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[bucket];
  const from = (Math.floor(Date.now() / stepMs) + 1) * stepMs - lengthMs;
  const query = new URLSearchParams({ from: String(from), bucket });
  if (fn !== undefined) query.set("function", fn);
  return ask(`v2/metrics?${query}`);
}
