/** Webhooks, and what became of their deliveries. */
import { expect, onTestFinished, test } from "vitest";
import { lowestUlid } from "../../server/src/domain/ids.ts";
import type { DeliveryRecord, WebhookRecord } from "../../server/src/domain/webhook.ts";
import { type OpenStore, openForTest } from "./store-harness.ts";
import { t0 } from "./store-records.ts";

const makeWebhook = (id: string, more: Partial<WebhookRecord> = {}): WebhookRecord => ({
  id,
  name: `webhook ${id}`,
  token: `token-${id}`,
  transform: '{"name": "a/b", "data": body}',
  scheme: null,
  header: null,
  secret: null,
  createdAt: t0,
  createdBy: "ana",
  changedAt: t0,
  revokedAt: null,
  ...more,
});

const makeDelivery = (number: number, more: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  id: lowestUlid(t0 + number),
  webhookId: "W1",
  at: t0 + number,
  outcome: "accepted",
  code: null,
  error: null,
  eventIds: '["E1"]',
  contentType: "application/json",
  sizeBytes: 17,
  body: null,
  ...more,
});

export function testWebhooks(open: OpenStore): void {
  test("a webhook is found by the secret of its URL; what changes of it is kept", async () => {
    const { webhooks } = (await openForTest(open)).store;
    const signed = { scheme: "stripe", header: "stripe-signature", secret: "whsec_é" } as const;
    const [first, second] = [makeWebhook("W1"), makeWebhook("W2", signed)];
    await webhooks.addWebhook(first);
    await webhooks.addWebhook(second);
    expect(await webhooks.listWebhooks()).toEqual([second, first]);
    expect(await webhooks.findWebhook("token-W2")).toEqual(second);
    const change = { token: "new", scheme: null, header: null, secret: null, changedAt: t0 + 1, revokedAt: t0 + 1 };
    expect(await webhooks.changeWebhook("W2", change)).toBe(true);
    expect(await webhooks.findWebhook("token-W2")).toBeNull();
    expect(await webhooks.findWebhook("new")).toEqual({ ...second, ...change });
    expect(await webhooks.getWebhook("W1")).toEqual(first);
    expect(await webhooks.getWebhook("W3")).toBeNull();
    expect(await webhooks.changeWebhook("W3", { name: "x" })).toBe(false);
  });

  test("deliveries are listed newest first, each webhook's by itself, and go when they are old", async () => {
    const { webhooks } = (await openForTest(open)).store;
    const refused = {
      outcome: "refused",
      code: "transform_failed",
      error: "no name",
      eventIds: "[]",
      body: "{}",
    } as const;
    const all = [makeDelivery(1), makeDelivery(2, refused), makeDelivery(3), makeDelivery(4, { webhookId: "W2" })];
    for (const delivery of all) await webhooks.addDelivery(delivery);
    const [first, second, third, other] = all as [DeliveryRecord, DeliveryRecord, DeliveryRecord, DeliveryRecord];
    expect(await webhooks.listDeliveries("W1", 9)).toEqual([third, second, first]);
    expect(await webhooks.listDeliveries("W1", 2)).toEqual([third, second]);
    expect(await webhooks.removeDeliveries("W1", second.id)).toBe(1);
    expect(await webhooks.listDeliveries("W1", 9)).toEqual([third, second]);
    for (const [id, revokedAt] of [
      ["W1", null],
      ["W2", t0 + 2],
      ["W3", t0 + 3],
    ] as const)
      await webhooks.addWebhook(makeWebhook(id, { revokedAt }));
    await webhooks.sweep(t0 + 3);
    expect(await webhooks.listDeliveries("W1", 9)).toEqual([third]);
    expect(await webhooks.listDeliveries("W2", 9)).toEqual([other]);
    expect((await webhooks.listWebhooks()).map(({ id }) => id)).toEqual(["W3", "W1"]);
  });

  test("both are there when the state is opened again, and at once for another engine on it", async ({ skip }) => {
    const { store, reopen, shared } = await openForTest(open);
    if (reopen === undefined) return skip("this store keeps nothing");
    await store.webhooks.addWebhook(makeWebhook("W1"));
    await store.webhooks.addDelivery(makeDelivery(1));
    if (!shared) await store.close();
    const other = await reopen();
    onTestFinished(() => other.close());
    expect(await other.webhooks.findWebhook("token-W1")).toEqual(makeWebhook("W1"));
    expect(await other.webhooks.listDeliveries("W1", 1)).toEqual([makeDelivery(1)]);
  });
}
