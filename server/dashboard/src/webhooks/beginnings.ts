/** Transforms to begin with, for senders that many have, each with a body to try it out. Pure. See docs/webhooks.md. */
import type { Scheme } from "../api/webhooks.ts";

export interface Beginning {
  label: string;
  name: string;
  transform: string;
  scheme: Scheme | null;
  sample: string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

export const beginnings = {
  other: {
    label: "any sender",
    name: "",
    transform: '{\n  "name": "webhook/received",\n  "data": body\n}',
    scheme: null,
    sample: json({ hello: "world" }),
  },
  stripe: {
    label: "Stripe",
    name: "stripe",
    transform:
      '{\n  "name": "stripe/" + body.type,\n  "id": body.id,\n  "ts": timestamp(body.created),\n  "data": body.data.object\n}',
    scheme: "stripe",
    sample: json({
      id: "evt_1PgafmB7WZ01zgkW6",
      object: "event",
      type: "invoice.paid",
      created: 1_764_000_000,
      data: { object: { id: "in_1", customer: "cus_1", amount_paid: 4200, currency: "eur" } },
    }),
  },
  github: {
    label: "GitHub",
    name: "github",
    transform:
      '{\n  "name": "github/" + headers["x-github-event"],\n  "id": headers["x-github-delivery"],\n  "data": body\n}',
    scheme: "hmac",
    sample: json({ action: "opened", number: 17, repository: { full_name: "acme/shop" } }),
  },
  clerk: {
    label: "Clerk, or Svix",
    name: "clerk",
    transform: '{\n  "name": "clerk/" + body.type,\n  "id": headers["svix-id"],\n  "data": body.data\n}',
    scheme: "standard",
    sample: json({ type: "user.created", object: "event", data: { id: "user_1", first_name: "Ana" } }),
  },
} as const satisfies Record<string, Beginning>;

export type BeginningName = keyof typeof beginnings;

/** Headers that the samples of these senders come with. */
export const sampleHeaders: Readonly<Record<string, string>> = {
  "x-github-event": "pull_request",
  "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
  "svix-id": "msg_2N3",
  "webhook-id": "msg_2N3",
};
