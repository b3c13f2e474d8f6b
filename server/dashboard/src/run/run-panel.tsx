/** What belongs to the run as a whole: its output or error, the event that started it, what else is known about it. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { getEvent } from "../api/events.ts";
import type { Run, Span } from "../api/runs.ts";
import { CopyButton } from "../components/copy.tsx";
import { Failure, Loading } from "../components/failure.tsx";
import { JsonView } from "../components/json-view.tsx";
import { type Tab, Tabs } from "../components/tabs.tsx";
import { Time } from "../components/time.tsx";
import { toMs } from "../format/time.ts";
import { ErrorView } from "./error-view.tsx";
import { LogView } from "./log-view.tsx";

function EventOf({ id }: { id: string }): ReactNode {
  const query = useQuery({ queryKey: ["event", id], queryFn: () => getEvent(id), staleTime: Number.POSITIVE_INFINITY });
  const event = query.data;
  if (event === undefined)
    return query.isError ? (
      <Failure what="The event" error={query.error} retry={() => void query.refetch()} />
    ) : (
      <Loading what="the event" />
    );
  return (
    <div>
      <p className="mb-2 flex flex-wrap items-center gap-x-3">
        <Link href={`/events/${id}`} className="font-mono text-accent underline">
          {event.name}
        </Link>
        <Time at={toMs(event.receivedAt)} />
      </p>
      <JsonView value={event.data} name="event-data" />
    </div>
  );
}

function Events({ ids }: { ids: readonly string[] }): ReactNode {
  const [first, ...others] = ids;
  if (first === undefined) return <p className="text-ink-3">It has no event.</p>;
  return (
    <div className="flex flex-col gap-4">
      <EventOf id={first} />
      {others.length > 0 && (
        <details>
          <summary className="font-medium">{others.length} more in this batch</summary>
          <ul className="mt-2 flex flex-col gap-1">
            {others.map((id) => (
              <li key={id}>
                <Link href={`/events/${id}`} className="font-mono text-meta text-accent underline">
                  {id}
                </Link>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function tabsOf(run: Run, trace: Span | undefined): Tab[] {
  const tabs: Tab[] = [];
  if (run.status === "FAILED") tabs.push({ id: "error", label: "Error", content: <ErrorView error={run.output} /> });
  else if (run.endedAt !== null)
    tabs.push({ id: "output", label: "Output", content: <JsonView value={run.output ?? null} name="output" /> });
  tabs.push({ id: "event", label: "Event", content: <Events ids={run.trigger.eventIds} /> });
  tabs.push({ id: "logs", label: "Logs", content: <LogView runId={run.id} isOpen={run.endedAt === null} /> });
  const metadata = trace?.metadata ?? [];
  if (metadata.length > 0)
    tabs.push({ id: "metadata", label: "Metadata", content: <JsonView value={metadata} name="metadata" /> });
  tabs.push({
    id: "json",
    label: "JSON",
    content: (
      <>
        <CopyButton text={run.id} what="the id" label={run.id} />
        <JsonView value={run} name="run" />
      </>
    ),
  });
  return tabs;
}

export function RunPanel({ run, trace }: { run: Run; trace: Span | undefined }): ReactNode {
  const [tab, setTab] = useState("");
  const tabs = tabsOf(run, trace);
  return <Tabs label="The run" tabs={tabs} chosen={tab === "" ? (tabs[0]?.id ?? "") : tab} onChoose={setTab} />;
}
