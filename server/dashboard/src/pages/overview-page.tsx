/** Overview: is everything all right, in one look. Before anything has run it teaches how to get there. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { getMetrics } from "../api/metrics.ts";
import { getOverview, type Overview } from "../api/operate.ts";
import { Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { Exceptions } from "../overview/exceptions.tsx";
import { Failures } from "../overview/failures.tsx";
import { Figures } from "../overview/figures.tsx";
import { FirstVisit } from "../overview/first-visit.tsx";
import { MetricsCharts } from "../overview/metrics-charts.tsx";
import { metricsRanges, useMetricsRange } from "../overview/metrics-range.ts";
import { RangePicker } from "../overview/range-picker.tsx";

function Content({ overview }: { overview: Overview }): ReactNode {
  const [range, setRange] = useMetricsRange();
  const { ms: lengthMs, bucket, everyMs } = metricsRanges[range];
  const query = useQuery({
    queryKey: ["metrics", "", range],
    queryFn: () => getMetrics({ lengthMs, bucket }),
    refetchInterval: everyMs,
    placeholderData: (before) => before,
  });
  return (
    <Page title="Overview" actions={<RangePicker value={range} onChange={setRange} />}>
      <div className="flex flex-col gap-4 px-4 pb-6">
        <Exceptions overview={overview} />
        <QueryView what="The figures" query={query}>
          {(metrics) => (
            <>
              <Figures metrics={metrics} range={range} overview={overview} />
              <MetricsCharts metrics={metrics} />
              <Failures metrics={metrics} />
            </>
          )}
        </QueryView>
      </div>
    </Page>
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
          <Content overview={overview} />
        )
      }
    </QueryView>
  );
}
