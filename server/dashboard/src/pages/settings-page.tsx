/** Settings: the kill switch and what is paused, what is kept, the limits, and bulk jobs. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { getEngine, listPauses } from "../api/engine.ts";
import { type BulkJob, getLimits, getStorage, listBulkJobs, stopBulkJob } from "../api/operate.ts";
import { Button } from "../components/button.tsx";
import { FailureLine } from "../components/failure.tsx";
import { Card, Facts, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { type Column, Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { formatBytes, formatCount } from "../format/numbers.ts";
import { formatDuration, toMs } from "../format/time.ts";
import { PauseButton } from "../operate/pause-button.tsx";

function KillSwitch(): ReactNode {
  const query = useQuery({ queryKey: ["pauses"], queryFn: listPauses });
  const all = query.data?.find(({ scope }) => scope === "all");
  return (
    <Card
      title="Kill switch"
      actions={query.data !== undefined && <PauseButton scope="all" target={null} pause={all} />}
    >
      <QueryView what="What is paused" query={query}>
        {(pauses) => (
          <ul>
            {pauses.map((pause) => (
              <li
                key={`${pause.scope} ${pause.target}`}
                className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 last:border-b-0"
              >
                <strong>{pause.target ?? "Everything"}</strong>
                <span className="min-w-0 break-words text-ink-2">
                  {pause.reason} · {pause.author} · <Time at={toMs(pause.pausedAt)} />
                </span>
                {pause.scope !== "all" && (
                  <span className="ml-auto">
                    <PauseButton scope={pause.scope} target={pause.target} pause={pause} />
                  </span>
                )}
              </li>
            ))}
            {pauses.length === 0 && (
              <li className="px-4 py-3 text-ink-2">
                Nothing is paused. Functions and apps can be paused one by one, too.
              </li>
            )}
          </ul>
        )}
      </QueryView>
    </Card>
  );
}

/** What the engine was started with. */
function Retention(): ReactNode {
  const { data } = useQuery({ queryKey: ["engine"], queryFn: getEngine, staleTime: Number.POSITIVE_INFINITY });
  if (data === undefined) return null;
  const { retentionMs, maxDiskBytes } = data;
  return (
    <p className="mt-3 text-meta text-ink-3">
      {retentionMs === null
        ? "Runs that ended are kept whatever their age (--retention)."
        : `Runs that ended, events and the audit log are kept for ${formatDuration(retentionMs)} (--retention).`}{" "}
      {maxDiskBytes === null
        ? "There is no bound for the disk (--max-disk)."
        : `Beyond ${formatBytes(maxDiskBytes)} the oldest runs that ended go (--max-disk).`}
    </p>
  );
}

function Disk(): ReactNode {
  const query = useQuery({ queryKey: ["storage"], queryFn: getStorage, staleTime: 30_000 });
  return (
    <Card title="Disk">
      <QueryView what="What is kept" query={query}>
        {(use) => (
          <div className="p-4">
            <Facts
              facts={[
                ["records", formatBytes(use.usedBytes)],
                ["on disk", use.diskBytes === 0 ? "nothing: it is in memory" : formatBytes(use.diskBytes)],
                ["runs", `${formatCount(use.runs)}, of which ${formatCount(use.openRuns)} are open`],
                ["events", formatCount(use.events)],
                ["steps", formatCount(use.steps)],
                ["in the queue", formatCount(use.queueItems)],
                ["oldest run", <Time key="run" at={toMs(use.oldestRunAt)} />],
              ]}
            />
            <Retention />
          </div>
        )}
      </QueryView>
    </Card>
  );
}

function limitText(name: string, value: number): string {
  if (name.endsWith("Ms")) return formatDuration(value);
  return /Bytes(?:$|Per)/.test(name) ? formatBytes(value) : formatCount(value);
}

function Limits(): ReactNode {
  const query = useQuery({ queryKey: ["limits"], queryFn: getLimits, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Card title="Limits">
      <QueryView what="Limits" query={query}>
        {(limits) => (
          <div className="p-4">
            <Facts facts={Object.entries(limits).map(([name, value]) => [name, limitText(name, value)] as const)} />
            <p className="mt-3 text-meta text-ink-3">They are set when the engine starts.</p>
          </div>
        )}
      </QueryView>
    </Card>
  );
}

function StopJob({ job }: { job: BulkJob }): ReactNode {
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => stopBulkJob(job.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ["bulk-jobs"] }),
  });
  if (job.endedAt !== null) return null;
  return (
    <>
      <FailureLine error={stop.error} />
      <Button isBusy={stop.isPending} onClick={() => stop.mutate()}>
        Stop
      </Button>
    </>
  );
}

const jobColumns: readonly Column<BulkJob>[] = [
  { name: "What", render: ({ kind }) => kind.replaceAll("-", " ") },
  { name: "State", render: ({ status }) => status.toLowerCase() },
  { name: "Runs", isRight: true, render: ({ matched }) => formatCount(matched) },
  { name: "Reason", isWideOnly: true, render: ({ reason }) => reason ?? "–" },
  { name: "Begun", isRight: true, render: ({ createdAt }) => <Time at={toMs(createdAt)} /> },
  { name: "", isRight: true, render: (job) => <StopJob job={job} /> },
];

function BulkJobs(): ReactNode {
  const query = useQuery({ queryKey: ["bulk-jobs"], queryFn: listBulkJobs });
  return (
    <Card title="Bulk jobs">
      <QueryView what="Bulk jobs" query={query}>
        {(jobs) =>
          jobs.length === 0 ? (
            <p className="p-4 text-ink-3">
              None. The command line and the API start them, for all runs that a filter finds.
            </p>
          ) : (
            <Table label="Bulk jobs" rows={jobs} columns={jobColumns} keyOf={({ id }) => id} />
          )
        }
      </QueryView>
    </Card>
  );
}

export function SettingsPage(): ReactNode {
  return (
    <Page title="Settings">
      <div className="flex flex-col gap-4 px-4 pb-6">
        <KillSwitch />
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <Disk />
          <Limits />
        </div>
        <BulkJobs />
      </div>
    </Page>
  );
}
