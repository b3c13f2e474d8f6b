/** Function: what starts it, its settings, its next ticks, its runs; invoke, pause, resume. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useParams } from "wouter";
import { type FunctionInfo, listFunctions, listTicks } from "../api/apps.ts";
import { listPauses } from "../api/engine.ts";
import { getMetrics } from "../api/metrics.ts";
import { listRuns } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { Empty } from "../components/failure.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { StatusChip, StatusText, toStatus } from "../components/status.tsx";
import { Time, Took } from "../components/time.tsx";
import { toMs } from "../format/time.ts";
import { Configuration } from "../functions/configuration.tsx";
import { InvokeDialog } from "../functions/invoke-dialog.tsx";
import { LimitsCard } from "../functions/limits-card.tsx";
import { Ticks } from "../functions/ticks.tsx";
import { Triggers } from "../functions/triggers.tsx";
import { PauseButton } from "../operate/pause-button.tsx";
import { Figures } from "../overview/figures.tsx";
import { MetricsCharts } from "../overview/metrics-charts.tsx";
import { metricsRanges, useMetricsRange } from "../overview/metrics-range.ts";
import { RangePicker } from "../overview/range-picker.tsx";

function LatestRuns({ id }: { id: string }): ReactNode {
  const query = useQuery({
    queryKey: ["event-runs", "function", id],
    queryFn: () => listRuns({ status: [], functionId: [id], appId: [] }, null, 10),
  });
  return (
    <Card
      title="Latest runs"
      actions={
        <Link href={`/runs?functionId=${encodeURIComponent(id)}`} className="font-medium text-accent underline">
          All its runs
        </Link>
      }
    >
      <QueryView what="The runs" query={query}>
        {({ data }) => (
          <ul>
            {data.map((run) => (
              <li key={run.id} className="flex items-center gap-4 border-b border-line px-4 py-2 last:border-b-0">
                <span className="flex w-24 shrink-0">
                  <StatusText status={toStatus(run.status)} />
                </span>
                <Link href={`/runs/${run.id}`} className="truncate font-mono text-meta hover:underline">
                  {run.id}
                </Link>
                <span className="ml-auto shrink-0 text-ink-2">
                  <Time at={toMs(run.queuedAt)} />
                </span>
                <span className="w-14 shrink-0 text-right text-ink-2 md:w-20">
                  <Took from={toMs(run.startedAt)} to={toMs(run.endedAt)} />
                </span>
              </li>
            ))}
            {data.length === 0 && <li className="px-4 py-3 text-ink-3">It has not run yet.</li>}
          </ul>
        )}
      </QueryView>
    </Card>
  );
}

function NextTicks({ id }: { id: string }): ReactNode {
  const ticks = useQuery({ queryKey: ["ticks"], queryFn: listTicks });
  return (ticks.data ?? [])
    .filter((tick) => tick.function === id)
    .map((tick) => (
      <Card key={tick.cron} title={`Next ticks of ${tick.cron}`}>
        <div className="p-4">
          <Ticks tick={tick} />
        </div>
      </Card>
    ));
}

/** How it went, in the range of time that was chosen. */
function HowItWent({ id }: { id: string }): ReactNode {
  const [range] = useMetricsRange();
  const { ms: lengthMs, bucket, everyMs } = metricsRanges[range];
  const query = useQuery({
    queryKey: ["metrics", id, range],
    queryFn: () => getMetrics({ lengthMs, bucket, function: id }),
    refetchInterval: everyMs,
    placeholderData: (before) => before,
  });
  return (
    <QueryView what="The figures" query={query}>
      {(metrics) => (
        <>
          <Figures metrics={metrics} range={range} functionId={id} />
          <MetricsCharts metrics={metrics} functionId={id} />
        </>
      )}
    </QueryView>
  );
}

function Content({ fn }: { fn: FunctionInfo }): ReactNode {
  const [isInvoking, setInvoking] = useState(false);
  const [range, setRange] = useMetricsRange();
  const pauses = useQuery({ queryKey: ["pauses"], queryFn: listPauses });
  const own = pauses.data?.find(({ scope, target }) => scope === "function" && target === fn.id);
  return (
    <Page
      title={fn.name}
      back={{ href: "/functions", label: "Functions" }}
      aside={fn.isPaused && <StatusChip status="paused" />}
      actions={
        <>
          <RangePicker value={range} onChange={setRange} />
          <PauseButton scope="function" target={fn.id} pause={own} />
          <Button kind="primary" icon="play" onClick={() => setInvoking(true)}>
            Invoke
          </Button>
        </>
      }
      bar={<p className="px-4 font-mono text-meta text-ink-3">{fn.id}</p>}
    >
      <div className="flex flex-col gap-4 px-4 pt-4">
        <HowItWent id={fn.id} />
      </div>
      <div className="grid items-start gap-4 p-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          {own !== undefined && (
            <p className="rounded-md bg-paused-chip px-4 py-2 text-paused">
              Paused by {own.author}: {own.reason} · <Time at={toMs(own.pausedAt)} />
            </p>
          )}
          <Card title="Triggers">
            <div className="p-4">
              <Triggers triggers={fn.triggers} />
            </div>
          </Card>
          <NextTicks id={fn.id} />
          <LimitsCard fn={fn} />
          <Card title="Configuration">
            <div className="p-4">
              <Configuration configuration={fn.configuration} />
            </div>
          </Card>
        </div>
        <LatestRuns id={fn.id} />
      </div>
      {isInvoking && <InvokeDialog fn={fn} onClose={() => setInvoking(false)} />}
    </Page>
  );
}

export function FunctionPage(): ReactNode {
  const { id = "" } = useParams();
  const query = useQuery({ queryKey: ["functions"], queryFn: listFunctions });
  return (
    <QueryView what="The function" query={query}>
      {(functions) => {
        const fn = functions.find((known) => known.id === id);
        return fn === undefined ? (
          <Empty title="There is no such function">No app serves {id} now.</Empty>
        ) : (
          <Content key={fn.id} fn={fn} />
        );
      }}
    </QueryView>
  );
}
