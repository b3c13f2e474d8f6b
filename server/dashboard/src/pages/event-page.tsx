/** Event: what it holds, what it started, and why it did not start the rest. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useLocation, useParams } from "wouter";
import { getEvent, runsOfEvent, type StoredEvent, sendEvent } from "../api/events.ts";
import { Button } from "../components/button.tsx";
import { Id } from "../components/copy.tsx";
import { Empty, FailureLine } from "../components/failure.tsx";
import { JsonView } from "../components/json-view.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { StatusText, toStatus } from "../components/status.tsx";
import { Time, Took } from "../components/time.tsx";
import { useToast } from "../components/toasts.tsx";
import { SendDialog } from "../events/send-dialog.tsx";
import { toMs } from "../format/time.ts";

function Started({ event }: { event: StoredEvent }): ReactNode {
  const query = useQuery({ queryKey: ["event-runs", event.id], queryFn: () => runsOfEvent(event.id) });
  return (
    <Card title="What it started">
      <QueryView what="The runs" query={query}>
        {(runs) => (
          <ul className="flex flex-col">
            {runs.map((run) => (
              <li
                key={run.id}
                className="flex flex-wrap items-center gap-x-4 border-b border-line px-4 py-2 last:border-b-0"
              >
                <StatusText status={toStatus(run.status)} />
                <Link href={`/runs/${run.id}`} className="font-medium hover:underline">
                  {run.function.name ?? run.function.id}
                </Link>
                <span className="ml-auto text-ink-2">
                  <Took from={toMs(run.startedAt)} to={toMs(run.endedAt)} />
                </span>
              </li>
            ))}
            {event.notStarted.map((refusal) => (
              <li
                key={refusal.function}
                className="flex flex-wrap items-center gap-x-4 border-b border-line px-4 py-2 last:border-b-0"
              >
                <StatusText status="skipped" />
                <span className="font-medium">{refusal.function}</span>
                <span className="text-ink-2">{refusal.reason}</span>
              </li>
            ))}
            {runs.length === 0 && event.notStarted.length === 0 && (
              <li className="px-4 py-3 text-ink-2">
                Nothing: when it came, no function had a trigger for <code className="font-mono">{event.name}</code>, or
                the condition of none held.
              </li>
            )}
          </ul>
        )}
      </QueryView>
    </Card>
  );
}

function Actions({ event, onEdit }: { event: StoredEvent; onEdit: () => void }): ReactNode {
  const [, navigate] = useLocation();
  const toast = useToast();
  const again = useMutation({
    mutationFn: () => sendEvent({ name: event.name, data: event.data }),
    onSuccess: ({ eventId }) => {
      toast("Sent again, as a new event");
      navigate(`/events/${eventId}`);
    },
  });
  if (event.name.startsWith("inngest/")) return null;
  return (
    <>
      <FailureLine error={again.error} />
      <Button icon="send" isBusy={again.isPending} onClick={() => again.mutate()}>
        Send again
      </Button>
      <Button onClick={onEdit}>Edit and send</Button>
    </>
  );
}

export function EventPage(): ReactNode {
  const { id = "" } = useParams();
  const [isEditing, setEditing] = useState(false);
  const query = useQuery({ queryKey: ["event", id], queryFn: () => getEvent(id) });
  if (query.isError && query.data === undefined && "status" in query.error && query.error.status === 404)
    return <Empty title="There is no such event">Events that came long ago are deleted.</Empty>;
  return (
    <QueryView what="The event" query={query}>
      {(event) => (
        <Page
          title={event.name}
          back={{ href: "/events", label: "Events" }}
          actions={<Actions event={event} onEdit={() => setEditing(true)} />}
          bar={
            <div className="flex flex-wrap items-center gap-x-4 px-4 text-ink-2">
              <Id id={event.id} what="the event's id" />
              {event.eventId !== event.id && <span>sent as {event.eventId}</span>}
              <span>
                received <Time at={toMs(event.receivedAt)} />
              </span>
            </div>
          }
        >
          <div className="grid items-start gap-4 p-4 lg:grid-cols-2">
            <Started event={event} />
            <Card title="Data">
              <div className="p-4">
                <JsonView value={event.data} name="data" />
              </div>
            </Card>
          </div>
          {isEditing && <SendDialog name={event.name} data={event.data} onClose={() => setEditing(false)} />}
        </Page>
      )}
    </QueryView>
  );
}
