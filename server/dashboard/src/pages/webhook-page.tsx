/** Webhook: its address, its transform to change and try out, and what became of the last deliveries. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useParams } from "wouter";
import { addressOf, changeWebhook, getWebhook, revokeWebhook, rotateWebhook, type Webhook } from "../api/webhooks.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { CopyButton } from "../components/copy.tsx";
import { FormDialog } from "../components/dialog.tsx";
import { Empty } from "../components/failure.tsx";
import { Card, Facts, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { Time } from "../components/time.tsx";
import { toMs } from "../format/time.ts";
import { DeliveriesCard } from "../webhooks/deliveries-card.tsx";
import { noSignature, SignatureFields, toSignature } from "../webhooks/signature-fields.tsx";
import { TryCard } from "../webhooks/try-card.tsx";

type Open = "signature" | "rotate" | "revoke" | null;

function Address({ webhook }: { webhook: Webhook }): ReactNode {
  const address = addressOf(webhook);
  if (webhook.state === "revoked") return "It takes no deliveries any more.";
  if (address === null) return "Admins see it: whoever has it may deliver.";
  return (
    <span className="flex items-center gap-1">
      <code className="min-w-0 font-mono text-meta break-all">{address}</code>
      <CopyButton text={address} what="the address" />
    </span>
  );
}

function SignatureDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }): ReactNode {
  const kept = webhook.signature?.scheme ?? null;
  const [draft, setDraft] = useState({ ...noSignature, scheme: kept, header: webhook.signature?.header ?? "" });
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => changeWebhook(webhook.id, { signature: toSignature(draft) }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["webhooks"] });
      onClose();
    },
  });
  return (
    <FormDialog
      title="How the sender proves who it is"
      action="Save"
      isBusy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <SignatureFields draft={draft} onChange={setDraft} kept={kept} />
    </FormDialog>
  );
}

function Dialogs({ webhook, open, onClose }: { webhook: Webhook; open: Open; onClose: () => void }): ReactNode {
  const client = useQueryClient();
  const onDone = (): void => void client.invalidateQueries({ queryKey: ["webhooks"] });
  if (open === "signature") return <SignatureDialog webhook={webhook} onClose={onClose} />;
  if (open === "rotate")
    return (
      <Confirm
        title={`Give "${webhook.name}" another address?`}
        action="Change the address"
        run={() => rotateWebhook(webhook.id)}
        onDone={onDone}
        onClose={onClose}
      >
        The present one is refused at once. Give the new one to the sender.
      </Confirm>
    );
  if (open === "revoke")
    return (
      <Confirm
        title={`Revoke "${webhook.name}"?`}
        action="Revoke the webhook"
        run={() => revokeWebhook(webhook.id)}
        onDone={onDone}
        onClose={onClose}
      >
        What is delivered to it is refused at once, for good.
      </Confirm>
    );
  return null;
}

function WebhookView({ webhook }: { webhook: Webhook }): ReactNode {
  const [open, setOpen] = useState<Open>(null);
  const [body, setBody] = useState<string | null>(null);
  const mayChange = webhook.path !== null;
  const { name, signature, createdBy, createdAt, changedAt } = webhook;
  return (
    <Page
      title={name}
      back={{ href: "/webhooks", label: "Webhooks" }}
      actions={
        mayChange && (
          <>
            <Button icon="rerun" onClick={() => setOpen("rotate")}>
              Another address
            </Button>
            <Button kind="danger" icon="cancel" onClick={() => setOpen("revoke")}>
              Revoke
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4 px-4 pb-6">
        <Card
          title="Address"
          actions={mayChange && <Button onClick={() => setOpen("signature")}>Change the signature</Button>}
        >
          <div className="p-4">
            <Facts
              facts={[
                ["Deliver to", <Address key="address" webhook={webhook} />],
                [
                  "Signature",
                  signature === null
                    ? "none: whoever has the address may deliver"
                    : `${signature.scheme}${signature.header === null ? "" : `, in ${signature.header}`}`,
                ],
                [
                  "Made",
                  <span key="made">
                    <Time at={toMs(createdAt)} /> by {createdBy}, changed <Time at={toMs(changedAt)} />
                  </span>,
                ],
              ]}
            />
          </div>
        </Card>
        <TryCard webhook={webhook} mayChange={mayChange} body={body} onBody={setBody} />
        <DeliveriesCard webhook={webhook} onTry={setBody} />
      </div>
      <Dialogs webhook={webhook} open={open} onClose={() => setOpen(null)} />
    </Page>
  );
}

export function WebhookPage(): ReactNode {
  const { id = "" } = useParams();
  const query = useQuery({ queryKey: ["webhooks", id], queryFn: () => getWebhook(id) });
  if (query.isError && query.data === undefined && "status" in query.error && query.error.status === 404)
    return <Empty title="There is no such webhook">Those that were revoked long ago are deleted.</Empty>;
  return (
    <QueryView what="The webhook" query={query}>
      {(webhook) => <WebhookView webhook={webhook} />}
    </QueryView>
  );
}
