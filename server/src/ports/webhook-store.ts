/**
 * The part of the store that keeps webhooks and what became of their deliveries. Nothing of it is part of a run, so it is written
 * beside `commit`, each call by itself. What a call has resolved holds for every engine on the state at once. Every
 * implementation passes test/conformance.
 */
import type { DeliveryRecord, WebhookChange, WebhookRecord } from "../domain/webhook.ts";

export interface WebhookStore {
  addWebhook(webhook: WebhookRecord): Promise<void>;
  getWebhook(id: string): Promise<WebhookRecord | null>;
  /** The one whose URL has this secret, revoked ones too. Null for none. */
  findWebhook(token: string): Promise<WebhookRecord | null>;
  /** Newest first. */
  listWebhooks(): Promise<WebhookRecord[]>;
  /** False: there is no such webhook. */
  changeWebhook(id: string, change: WebhookChange): Promise<boolean>;

  addDelivery(delivery: DeliveryRecord): Promise<void>;
  /** Newest first. */
  listDeliveries(webhookId: string, limit: number): Promise<DeliveryRecord[]>;
  /** Deletes those of a webhook that came before this one. Resolves with how many there were. */
  removeDeliveries(webhookId: string, beforeId: string): Promise<number>;

  /** Deletes deliveries of the time before `before`, and webhooks that were revoked before. */
  sweep(before: number): Promise<void>;
}
