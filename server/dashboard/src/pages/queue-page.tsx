/** Queue: what has not ended, by function and by what holds it, and who holds what others wait for. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { getQueue, type QueueRow } from "../api/operate.ts";
import { Empty } from "../components/failure.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { refineStatus, StatusText } from "../components/status.tsx";
import { type Column, Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { formatCount } from "../format/numbers.ts";
import { toMs } from "../format/time.ts";

function RunLinks({ ids }: { ids: readonly string[] }): ReactNode {
  return ids.slice(0, 4).map((id) => (
    <Link key={id} href={`/runs/${id}`} className="font-mono text-meta text-accent underline" title={id}>
      {id.slice(-8)}
    </Link>
  ));
}

const words: Readonly<Record<string, string>> = {
  concurrency: "place in",
  throttle: "throttle",
  turn: "its turn",
  delayed: "its time",
  unreachable: "its app",
};

const columns: readonly Column<QueueRow>[] = [
  {
    name: "Function",
    render: ({ function: fn }) => (
      <Link href={`/functions/${encodeURIComponent(fn.id)}`} className="font-medium hover:underline">
        {fn.name ?? fn.id}
      </Link>
    ),
  },
  {
    name: "Waits for",
    render: ({ kind, label, sentence }) => (
      <span title={sentence} className="flex flex-wrap items-baseline gap-x-1.5">
        {words[kind] === undefined ? (
          <StatusText status={refineStatus("RUNNING", [{ kind, sentence }])} />
        ) : (
          <span className="font-medium">{words[kind]}</span>
        )}
        <code className="font-mono text-meta wrap-anywhere text-ink-2">{label}</code>
      </span>
    ),
  },
  { name: "Runs", isRight: true, render: ({ count }) => formatCount(count) },
  { name: "Oldest", isRight: true, isWideOnly: true, render: ({ oldestAt }) => <Time at={toMs(oldestAt)} /> },
  { name: "Next", isRight: true, isWideOnly: true, render: ({ nextAt }) => <Time at={toMs(nextAt)} /> },
  {
    name: "Which",
    isWideOnly: true,
    render: ({ runIds }) => (
      <span className="flex flex-wrap items-baseline gap-2">
        <RunLinks ids={runIds} />
      </span>
    ),
  },
  {
    name: "Held by",
    render: ({ holders }) => (
      <span className="flex flex-wrap items-baseline gap-2">
        {holders.length === 0 ? "–" : <RunLinks ids={holders} />}
      </span>
    ),
  },
];

export function QueuePage(): ReactNode {
  const query = useQuery({ queryKey: ["queue"], queryFn: getQueue, refetchInterval: 10_000 });
  return (
    <Page title="Queue">
      <QueryView what="The queue" query={query}>
        {({ rows, looked, isAll }) =>
          rows.length === 0 ? (
            <Empty title="Nothing waits">Every run that was started has ended.</Empty>
          ) : (
            <div className="flex flex-col gap-2 px-4 pb-6">
              <p className="text-ink-3">
                {isAll
                  ? `${formatCount(looked)} open runs`
                  : `The oldest ${formatCount(looked)} open runs; there are more.`}
              </p>
              <Card>
                <Table
                  label="What waits"
                  rows={rows}
                  columns={columns}
                  keyOf={({ function: fn, kind, label }) => `${fn.id} ${kind} ${label}`}
                />
              </Card>
            </div>
          )
        }
      </QueryView>
    </Page>
  );
}
