/** The transform of a webhook, to edit, and the events that it makes of a body that is pasted. What is typed is tried at once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue, useState } from "react";
import { changeWebhook, tryTransform, type Webhook } from "../api/webhooks.ts";
import { Button } from "../components/button.tsx";
import { FailureLine } from "../components/failure.tsx";
import { TextArea } from "../components/field.tsx";
import { JsonView } from "../components/json-view.tsx";
import { Card } from "../components/page.tsx";
import { useToast } from "../components/toasts.tsx";
import { beginnings, sampleHeaders } from "./beginnings.ts";

/** Of the sender whose transform it may be. */
function sampleFor({ name }: Webhook): string {
  const known = Object.values(beginnings).find((one) => one.name !== "" && name.toLowerCase().includes(one.name));
  return (known ?? beginnings.other).sample;
}

function Made({ transform, body }: { transform: string; body: string }): ReactNode {
  const isForm = !/^\s*[[{"]/.test(body) && body.includes("=");
  const contentType = isForm ? "application/x-www-form-urlencoded" : null;
  const tried = useQuery({
    queryKey: ["webhook-try", transform, body],
    queryFn: () => tryTransform({ transform, body, contentType, headers: sampleHeaders }),
    retry: false,
    placeholderData: (before) => before,
  });
  if (tried.isError) return <FailureLine error={tried.error} />;
  if (tried.data === undefined) return <p className="text-ink-3">…</p>;
  const { events } = tried.data;
  if (events.length === 0) return <p className="text-ink-2">No event: the transform gave null.</p>;
  return <JsonView value={events.length === 1 ? events[0] : events} name="event" />;
}

interface TryCardProps {
  webhook: Webhook;
  mayChange: boolean;
  /** Null: a sample of its sender. */
  body: string | null;
  onBody: (body: string) => void;
}

export function TryCard({ webhook, mayChange, body: given, onBody }: TryCardProps): ReactNode {
  const [transform, setTransform] = useState(webhook.transform);
  const body = given ?? sampleFor(webhook);
  const client = useQueryClient();
  const toast = useToast();
  const save = useMutation({
    mutationFn: () => changeWebhook(webhook.id, { transform }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["webhooks"] });
      toast("Saved: the next delivery goes through it");
    },
  });
  const isChanged = transform !== webhook.transform;
  return (
    <Card
      title="Transform"
      actions={
        mayChange && (
          <span className="flex items-center gap-2">
            {isChanged && <Button onClick={() => setTransform(webhook.transform)}>Undo</Button>}
            <Button kind="primary" isBusy={save.isPending} disabled={!isChanged} onClick={() => save.mutate()}>
              Save
            </Button>
          </span>
        )
      }
    >
      <div className="grid gap-4 p-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <TextArea
            label="CEL over body, headers and query"
            rows={8}
            value={transform}
            readOnly={!mayChange}
            onChange={(change) => setTransform(change.target.value)}
          />
          <FailureLine error={save.error} />
          <TextArea
            label="Try it with a body"
            hint="JSON, or a form such as a=1&b=2. Nothing is stored, and no signature is checked."
            rows={10}
            value={body}
            onChange={(change) => onBody(change.target.value)}
          />
        </div>
        <div className="min-w-0" aria-live="polite">
          <h3 className="mb-1 text-meta font-semibold text-ink-2">The event it becomes</h3>
          <Made transform={useDeferredValue(transform)} body={useDeferredValue(body)} />
        </div>
      </div>
    </Card>
  );
}
