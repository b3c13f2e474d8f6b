/**
 * A delivery: who sends is checked, the transform makes events, and what became of it is kept, so that the author of the webhook
 * sees why one was refused. Called by webhooks. Must never log a URL's secret.
 */
import { EngineError, isEngineError } from "../../domain/error.ts";
import type { DeliveryOutcome, DeliveryRecord, WebhookRecord } from "../../domain/webhook.ts";
import type { IngestResult } from "../ingest/ingest.ts";
import { type Delivered, makeEvents } from "./make-events.ts";
import { assertSigned, isHidden } from "./signature.ts";
import type { WebhookParts } from "./webhook-parts.ts";

const tokenShape = /^[\w-]{43}$/;
/** Deliveries that are kept of each webhook. */
const keptMost = 50;
/** Those beyond are deleted after so many more. */
const trimEvery = 20;
/** Characters of the body of one that was refused. */
const keptBody = 8000;

/** A delivery whose body did not arrive, or not all of it. */
export interface Unread {
  contentType: string | null;
  /** As it was announced. */
  sizeBytes: number;
}

type Kept = Pick<DeliveryRecord, "outcome" | "code" | "error" | "eventIds">;

/** Those after which the sender should try again. */
const transient: RegExp = /^(?:store_|shutting_down|request_aborted)/;

function toKept(error: unknown): Kept {
  const nothing = { eventIds: "[]" };
  if (!isEngineError(error))
    return { ...nothing, outcome: "failed", code: "internal_error", error: "The engine failed. Its log says why." };
  const outcome: DeliveryOutcome = transient.test(error.code) ? "failed" : "refused";
  return { ...nothing, outcome, code: error.code, error: error.message };
}

export class Deliveries {
  readonly #parts: WebhookParts;
  /** Since the last time that some were deleted, by webhook. */
  readonly #counts: Map<string, number> = new Map();

  constructor(parts: WebhookParts) {
    this.#parts = parts;
  }

  list(webhookId: string): Promise<DeliveryRecord[]> {
    return this.#parts.store.listDeliveries(webhookId, keptMost);
  }

  async deliver(token: string, delivered: Delivered): Promise<IngestResult> {
    const webhook = await this.#find(token);
    const came = { ...delivered, sizeBytes: delivered.bytes.byteLength };
    try {
      const ids = await this.#take(webhook, delivered);
      const outcome = ids.length === 0 ? "ignored" : "accepted";
      await this.#keep(webhook, came, { outcome, code: null, error: null, eventIds: JSON.stringify(ids) });
      return { ids };
    } catch (error) {
      await this.#keep(webhook, came, toKept(error));
      throw error;
    }
  }

  async refused(token: string, unread: Unread, error: unknown): Promise<void> {
    await this.#keep(await this.#find(token), { ...unread, bytes: null }, toKept(error));
  }

  async #take(webhook: WebhookRecord, delivered: Delivered): Promise<string[]> {
    const now = this.#parts.clock.now();
    const { bytes, headers } = delivered;
    assertSigned(webhook, { bytes, headers, now });
    const shown = Object.fromEntries(Object.entries(headers).filter(([name]) => !isHidden(name, webhook)));
    const events = await makeEvents(webhook.transform, { ...delivered, headers: shown }, now);
    if (events.length === 0) return [];
    const traceparent = headers["traceparent"];
    return (await this.#parts.ingest({ body: events, seed: null, ...(traceparent && { traceparent }) })).ids;
  }

  /** @throws EngineError `unauthorized`, `webhook_revoked` */
  async #find(token: string): Promise<WebhookRecord> {
    const webhook = tokenShape.test(token) ? await this.#parts.store.findWebhook(token) : null;
    if (webhook === null)
      throw new EngineError(
        "unauthorized",
        "There is no webhook at this address. Check its URL on the page, or make one.",
      );
    if (webhook.revokedAt === null) return webhook;
    throw new EngineError("webhook_revoked", "This webhook is revoked: it takes no more deliveries.");
  }

  /** Never rejects: what was accepted is accepted. */
  async #keep(
    webhook: WebhookRecord,
    { bytes, contentType, sizeBytes }: Unread & { bytes: Uint8Array | null },
    kept: Kept,
  ): Promise<void> {
    const { store, clock, newId, logger } = this.#parts;
    const now = clock.now();
    const isKept = bytes !== null && (kept.outcome === "refused" || kept.outcome === "failed");
    const record: DeliveryRecord = {
      ...kept,
      id: newId(now),
      webhookId: webhook.id,
      at: now,
      contentType,
      sizeBytes,
      body: isKept ? new TextDecoder().decode(bytes.subarray(0, keptBody)).replaceAll("\0", "�") : null,
    };
    try {
      await store.addDelivery(record);
      await this.#trim(webhook.id);
    } catch (error) {
      logger.warn({ webhook: webhook.id, error: String(error) }, "What became of a delivery could not be kept");
    }
  }

  async #trim(webhookId: string): Promise<void> {
    const count = this.#counts.get(webhookId) ?? 0;
    this.#counts.set(webhookId, (count + 1) % trimEvery);
    if (count !== 0) return;
    const oldest = (await this.list(webhookId)).at(keptMost - 1);
    if (oldest !== undefined) await this.#parts.store.removeDeliveries(webhookId, oldest.id);
  }
}
