/** Webhooks: what others deliver, and the events that are made of it. */
import type { DeliveryAnswer, TriedTransformAnswer, WebhookAnswer } from "../../../src/api/answers.ts";
import { ask, rootUrl, seg } from "./request.ts";

export type Webhook = WebhookAnswer;
export type Delivery = DeliveryAnswer;
export type Scheme = NonNullable<WebhookAnswer["signature"]>["scheme"];

export interface WebhookRequest {
  name?: string;
  transform?: string;
  /** Without a secret, a change keeps the one that there is. */
  signature?: { scheme: Scheme; header?: string; secret?: string } | null;
}

export interface Sample {
  transform: string;
  body: string;
  contentType: string | null;
  headers: Readonly<Record<string, string>>;
}

const post = <T>(path: string, body: object = {}): Promise<T> => ask(path, { method: "POST", body });

export const listWebhooks = (): Promise<Webhook[]> => ask("v2/webhooks");
export const getWebhook = (id: string): Promise<Webhook> => ask(`v2/webhooks/${seg(id)}`);
export const createWebhook = (body: WebhookRequest): Promise<Webhook> => post("v2/webhooks", body);
export const changeWebhook = (id: string, body: WebhookRequest): Promise<Webhook> =>
  post(`v2/webhooks/${seg(id)}`, body);
export const rotateWebhook = (id: string): Promise<Webhook> => post(`v2/webhooks/${seg(id)}/rotate`);
export const revokeWebhook = (id: string): Promise<Webhook> => ask(`v2/webhooks/${seg(id)}`, { method: "DELETE" });
export const listDeliveries = (id: string): Promise<Delivery[]> => ask(`v2/webhooks/${seg(id)}/deliveries`);
export const tryTransform = (sample: Sample): Promise<TriedTransformAnswer> => post("v2/webhooks/try", sample);

/** Where to deliver, as the page itself is reached; null for those who may not see it. */
export const addressOf = ({ path }: Webhook): string | null =>
  path === null ? null : new URL(path.slice(1), rootUrl).href;
