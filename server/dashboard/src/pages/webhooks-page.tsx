/** Webhooks: addresses at which others deliver, each with a transform that makes events. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { listWebhooks, type Webhook } from "../api/webhooks.ts";
import { Button } from "../components/button.tsx";
import { Empty } from "../components/failure.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { type Column, Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { toMs } from "../format/time.ts";
import { WebhookDialog } from "../webhooks/webhook-dialog.tsx";

const columns: readonly Column<Webhook>[] = [
  {
    name: "Webhook",
    render: ({ id, name, state }) => (
      <>
        <Link href={`/webhooks/${id}`} className="font-medium wrap-anywhere hover:underline">
          {name}
        </Link>
        {state === "revoked" && <span className="ml-2 text-meta font-semibold text-failed">revoked</span>}
      </>
    ),
  },
  { name: "Signed", render: ({ signature }) => signature?.scheme ?? "no" },
  { name: "Changed", isWideOnly: true, render: ({ changedAt }) => <Time at={toMs(changedAt)} /> },
  { name: "Made by", isWideOnly: true, render: ({ createdBy }) => createdBy },
];

export function WebhooksPage(): ReactNode {
  const webhooks = useQuery({ queryKey: ["webhooks"], queryFn: listWebhooks });
  const [isMaking, setMaking] = useState(false);
  return (
    <Page
      title="Webhooks"
      actions={
        <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
          New webhook
        </Button>
      }
    >
      <div className="px-4 pb-6">
        <Card>
          <QueryView what="Webhooks" query={webhooks}>
            {(all) =>
              all.length === 0 ? (
                <Empty title="No webhooks">
                  A webhook is an address that you give to Stripe, GitHub, Clerk or any other sender. What it delivers
                  becomes an event, by a transform that you write and try out here.
                </Empty>
              ) : (
                <Table label="Webhooks" rows={all} columns={columns} keyOf={({ id }) => id} />
              )
            }
          </QueryView>
        </Card>
      </div>
      {isMaking && <WebhookDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}
