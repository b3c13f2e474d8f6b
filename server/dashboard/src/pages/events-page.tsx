/** Events: what came in, newest first, live; and sending one. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { type EventLine, listEvents } from "../api/events.ts";
import { Button } from "../components/button.tsx";
import { Empty, Failure, Loading } from "../components/failure.tsx";
import { Card, Page } from "../components/page.tsx";
import { type Column, Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { useSearchText } from "../components/use-search-text.ts";
import { SendDialog } from "../events/send-dialog.tsx";
import { toMs } from "../format/time.ts";

const columns: readonly Column<EventLine>[] = [
  {
    name: "Event",
    render: ({ id, name }) => (
      <Link href={`/events/${id}`} className="font-mono font-medium hover:underline">
        {name}
      </Link>
    ),
  },
  {
    name: "Id",
    isWideOnly: true,
    render: ({ eventId }) => <span className="font-mono text-meta text-ink-3">{eventId}</span>,
  },
  { name: "Received", isRight: true, render: ({ receivedAt }) => <Time at={toMs(receivedAt)} /> },
];

function Filters(): ReactNode {
  const [params, setParams] = useSearchParams();
  const name = params.get("name") ?? "";
  const change = (next: { name?: string; internal?: boolean }): void =>
    setParams(
      (now) => {
        const result = new URLSearchParams(now);
        if (next.name !== undefined) next.name === "" ? result.delete("name") : result.set("name", next.name);
        if (next.internal !== undefined) next.internal ? result.set("internal", "1") : result.delete("internal");
        return result;
      },
      { replace: true },
    );
  const { field, onSubmit } = useSearchText(name, (text) => change({ name: text }));
  return (
    <form onSubmit={onSubmit} className="flex flex-wrap items-center gap-3 px-4 pb-3">
      <input
        aria-label="Name of the event"
        placeholder="Name: shop/order.placed"
        {...field}
        className="h-8 w-72 max-w-full rounded-sm border border-edge bg-surface px-2.5 text-control pointer-coarse:h-11"
      />
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={params.has("internal")}
          onChange={(event) => change({ internal: event.target.checked })}
          className="accent-accent"
        />
        The engine's own too
      </label>
    </form>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }): ReactNode {
  if (isFiltered)
    return <Empty title="No event has this name">Names are compared whole: write it as it was sent.</Empty>;
  return (
    <Empty title="No event has come yet">
      Your app sends them with <code className="font-mono">inngest.send()</code>; so does the button above.
    </Empty>
  );
}

export function EventsPage(): ReactNode {
  const [params] = useSearchParams();
  const [isSending, setSending] = useState(false);
  const filter = { name: params.get("name") ?? undefined, internal: params.has("internal") };
  const query = useInfiniteQuery({
    queryKey: ["events", filter.name ?? "", filter.internal],
    queryFn: ({ pageParam }) => listEvents(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.page.cursor,
    placeholderData: keepPreviousData,
  });
  const events = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Page
      title="Events"
      actions={
        <Button kind="primary" icon="send" onClick={() => setSending(true)}>
          Send an event
        </Button>
      }
      bar={<Filters />}
    >
      <div className="px-4 pb-6">
        {query.isPending && <Loading what="events" />}
        {query.isError && events.length === 0 && (
          <Failure what="Events" error={query.error} retry={() => void query.refetch()} />
        )}
        {query.isSuccess && events.length === 0 && <Nothing isFiltered={filter.name !== undefined} />}
        {events.length > 0 && (
          <Card>
            <Table label="Events" rows={events} columns={columns} keyOf={({ id }) => id} />
          </Card>
        )}
        {query.hasNextPage && (
          <div className="py-3 text-center">
            <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Older events
            </Button>
          </div>
        )}
      </div>
      {isSending && <SendDialog onClose={() => setSending(false)} />}
    </Page>
  );
}
