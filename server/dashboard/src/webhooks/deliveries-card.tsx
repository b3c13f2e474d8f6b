/** The last deliveries of a webhook: what each became, and why it was refused, with the body that came. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { type Delivery, listDeliveries, type Webhook } from "../api/webhooks.ts";
import { Button } from "../components/button.tsx";
import { Card } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { StatusText } from "../components/status.tsx";
import { Time } from "../components/time.tsx";
import { formatBytes } from "../format/numbers.ts";
import { toMs } from "../format/time.ts";

const refetchInterval = 5000;

const statuses = { accepted: "completed", ignored: "skipped", refused: "failed", failed: "failed" } as const;
const words = { accepted: "Accepted", ignored: "Ignored", refused: "Refused", failed: "Failed" } as const;

function Became({ delivery }: { delivery: Delivery }): ReactNode {
  const { outcome, eventIds, error } = delivery;
  if (outcome === "ignored") return <span className="text-ink-2">The transform gave null.</span>;
  if (error !== null) return <span className="break-words text-ink">{error}</span>;
  return (
    <span className="flex flex-wrap gap-x-3">
      {eventIds.map((id) => (
        <Link key={id} href={`/events/${id}`} className="font-mono text-meta hover:underline">
          {id}
        </Link>
      ))}
    </span>
  );
}

function Row({ delivery, onTry }: { delivery: Delivery; onTry: (body: string) => void }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const { id, outcome, status, sizeBytes, contentType, body } = delivery;
  return (
    <li key={id} className="flex flex-col gap-2 border-b border-line px-4 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="w-28">
          <StatusText status={statuses[outcome]} word={words[outcome]} />
        </span>
        <span className="tabular-nums text-ink-2">{status}</span>
        <span className="min-w-0 flex-1 basis-60">
          <Became delivery={delivery} />
        </span>
        <span className="text-meta text-ink-3">
          {formatBytes(sizeBytes)}
          {contentType !== null && `, ${contentType.split(";")[0]}`}
        </span>
        <span className="text-ink-2">
          <Time at={toMs(delivery.at)} />
        </span>
      </div>
      {body !== null && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setOpen(!isOpen)}>{isOpen ? "Hide the body" : "Show the body"}</Button>
          <Button icon="play" onClick={() => onTry(body)}>
            Try the transform with it
          </Button>
        </div>
      )}
      {isOpen && (
        <section aria-label="Body" tabIndex={0} className="max-h-60 overflow-auto rounded-sm bg-sunken p-3">
          <pre className="font-mono text-meta break-words whitespace-pre-wrap">{body}</pre>
        </section>
      )}
    </li>
  );
}

interface DeliveriesCardProps {
  webhook: Webhook;
  onTry: (body: string) => void;
}

export function DeliveriesCard({ webhook, onTry }: DeliveriesCardProps): ReactNode {
  const deliveries = useQuery({
    queryKey: ["deliveries", webhook.id],
    queryFn: () => listDeliveries(webhook.id),
    refetchInterval,
  });
  return (
    <Card title="Last deliveries">
      <QueryView what="The deliveries" query={deliveries}>
        {(all) =>
          all.length === 0 ? (
            <p className="p-4 text-ink-3">None yet. Give the address to the sender, and let it send a test.</p>
          ) : (
            <ul>
              {all.map((delivery) => (
                <Row key={delivery.id} delivery={delivery} onTry={onTry} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Card>
  );
}
