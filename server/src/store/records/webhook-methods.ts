/**
 * How webhooks and their deliveries stand in tables, and what their port does with them, the same in both stores. Called by the
 * webhooks.ts of each store, which knows how rows are put, found and taken out. Must hold no SQL but conditions.
 */
import { lowestUlid } from "../../domain/ids.ts";
import type { DeliveryRecord, WebhookRecord } from "../../domain/webhook.ts";
import type { WebhookStore } from "../../ports/webhook-store.ts";
import type { PlainRows, PlainTable } from "./plain-rows.ts";

const webhookTable: PlainTable<WebhookRecord> = {
  name: "webhooks",
  key: "id",
  columns: {
    id: "id",
    name: "name",
    token: "token",
    transform: "transform",
    scheme: "scheme",
    header: "header",
    secret: "secret",
    createdAt: "created_at",
    createdBy: "created_by",
    changedAt: "changed_at",
    revokedAt: "revoked_at",
  },
};

const deliveryTable: PlainTable<DeliveryRecord> = {
  name: "webhook_deliveries",
  key: "id",
  columns: {
    id: "id",
    webhookId: "webhook_id",
    at: "at",
    outcome: "outcome",
    code: "code",
    error: "error",
    eventIds: "event_ids",
    contentType: "content_type",
    sizeBytes: "size_bytes",
    body: "body",
  },
};

export function webhookMethodsOver({ insert, change, remove, select }: PlainRows): WebhookStore {
  const one = async (where: string, value: string): Promise<WebhookRecord | null> =>
    (await select(webhookTable, { where, values: [value] }))[0] ?? null;
  return {
    addWebhook: async (webhook) => void (await insert(webhookTable, webhook)),
    getWebhook: (id) => one("id = ?", id),
    findWebhook: (token) => one("token = ?", token),
    listWebhooks: () => select(webhookTable, { order: "id DESC" }),
    changeWebhook: (id, fields) => change(webhookTable, id, fields),
    addDelivery: async (delivery) => void (await insert(deliveryTable, delivery)),
    listDeliveries: (webhookId, limit) =>
      select(deliveryTable, { where: "webhook_id = ?", values: [webhookId], order: "id DESC", limit }),
    removeDeliveries: (webhookId, beforeId) => remove(deliveryTable, "webhook_id = ? AND id < ?", webhookId, beforeId),
    async sweep(before) {
      await remove(deliveryTable, "id < ?", lowestUlid(before));
      await remove(webhookTable, "revoked_at < ?", before);
    },
  };
}
