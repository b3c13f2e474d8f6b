/** The channels: by what people are told. Each can be tried; the real error shows beside it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type AlertChannel, listAlertChannels, removeAlertChannel, testAlertChannel } from "../api/alerts.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { messageOf } from "../components/failure.tsx";
import { Card } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { type Column, Table } from "../components/table.tsx";
import { ChannelDialog } from "./channel-dialog.tsx";

function Test({ channel }: { channel: AlertChannel }): ReactNode {
  const test = useMutation({ mutationFn: () => testAlertChannel(channel.id) });
  const error = test.isError ? messageOf(test.error) : (test.data?.error ?? null);
  return (
    <span className="flex flex-wrap items-center justify-end gap-2">
      <span role="status" className="min-w-0 text-left text-meta wrap-anywhere">
        {error !== null && <span className="font-medium text-failed">{error}</span>}
        {test.data?.ok === true && <span className="text-completed">It took the test.</span>}
      </span>
      <Button icon="send" isBusy={test.isPending} onClick={() => test.mutate()}>
        Send a test
      </Button>
    </span>
  );
}

const columns = (onRemove: (channel: AlertChannel) => void): readonly Column<AlertChannel>[] => [
  {
    name: "Channel",
    render: ({ name, kind, to }) => (
      <>
        <span className="font-medium wrap-anywhere">{name}</span>
        <span className="block text-meta text-ink-3 wrap-anywhere">
          {kind === "email" ? "mail" : kind} to {to}
        </span>
      </>
    ),
  },
  {
    name: "",
    isRight: true,
    render: (channel) => (
      <span className="flex flex-wrap items-start justify-end gap-2">
        <Test channel={channel} />
        <Button kind="danger" icon="trash" onClick={() => onRemove(channel)}>
          Remove
        </Button>
      </span>
    ),
  },
];

export function ChannelsCard(): ReactNode {
  const channels = useQuery({ queryKey: ["alert-channels"], queryFn: listAlertChannels });
  const [open, setOpen] = useState<"new" | AlertChannel | null>(null);
  const client = useQueryClient();
  return (
    <Card
      title="Channels"
      actions={
        <Button icon="plus" onClick={() => setOpen("new")}>
          New channel
        </Button>
      }
    >
      <QueryView what="Channels" query={channels}>
        {(all) =>
          all.length === 0 ? (
            <p className="p-4 text-ink-3">
              None yet. A channel is a webhook, Slack or mail; rules without one show their alerts in this page alone.
            </p>
          ) : (
            <Table label="Channels" rows={all} columns={columns(setOpen)} keyOf={({ id }) => id} />
          )
        }
      </QueryView>
      {open === "new" && <ChannelDialog onClose={() => setOpen(null)} />}
      {open !== null && open !== "new" && (
        <Confirm
          title={`Remove "${open.name}"?`}
          action="Remove the channel"
          run={() => removeAlertChannel(open.id)}
          onDone={() => void client.invalidateQueries({ queryKey: ["alert-channels"] })}
          onClose={() => setOpen(null)}
        >
          What it holds is gone then. A channel that a rule tells stays.
        </Confirm>
      )}
    </Card>
  );
}
