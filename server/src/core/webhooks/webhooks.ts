/**
 * Main file of the room `webhooks`. URLs at which others deliver what happened in their systems: each turns a delivery into
 * events by a transform. Called by the API. Must never log a URL's secret or what senders sign with.
 */
import { EngineError } from "../../domain/error.ts";
import type { DeliveryRecord, WebhookRecord } from "../../domain/webhook.ts";
import { refuse, toFields } from "../access/read-request.ts";
import { newSecret } from "../access/secrets.ts";
import { type IngestResult, parseEvents } from "../ingest/ingest.ts";
import { Deliveries, type Unread } from "./deliver.ts";
import { type Delivered, type MadeEvent, makeEvents } from "./make-events.ts";
import { readChange, readNew } from "./read-webhook.ts";
import type { WebhookParts } from "./webhook-parts.ts";

export interface Webhooks {
  /**
   * `body`: `{ name, transform, signature? }`, where a signature is `{ scheme, header?, secret }`.
   * @throws EngineError `invalid_request`, `invalid_expression`, `name_taken`
   */
  create(body: unknown, by: string): Promise<WebhookRecord>;
  /**
   * `body`: the fields that change. A signature without a secret keeps the one there is; null: none is checked any more.
   * @throws EngineError `webhook_not_found`, and as `create`
   */
  change(id: string, body: unknown): Promise<WebhookRecord>;
  /** Gives it another URL. The one before ends at once. @throws EngineError `webhook_not_found` */
  rotate(id: string): Promise<WebhookRecord>;
  /** Ends it for good, at once, and forgets its secret. @throws EngineError `webhook_not_found` */
  revoke(id: string): Promise<WebhookRecord>;
  /** Newest first; revoked ones stay as long as what ran. */
  list(): Promise<WebhookRecord[]>;
  /** @throws EngineError `webhook_not_found` */
  get(id: string): Promise<WebhookRecord>;
  /** The last ones, newest first. */
  deliveries(id: string): Promise<DeliveryRecord[]>;
  /** The events that a transform makes of a sample. Stores nothing. @throws EngineError, as a delivery would be refused */
  try(transform: string, sample: Delivered): Promise<MadeEvent[]>;
  /**
   * Takes a delivery, and keeps what became of it.
   * @throws EngineError `unauthorized` for a URL that nobody has or a wrong signature, `webhook_revoked`, `invalid_request`,
   * `transform_failed`, and what `ingest` throws: nothing of the delivery was accepted then
   */
  deliver(token: string, delivered: Delivered): Promise<IngestResult>;
  /** Keeps that a delivery was not read to its end, such as one that is too large. @throws EngineError as `deliver` */
  refused(token: string, unread: Unread, error: unknown): Promise<void>;
}

export function createWebhooks(parts: WebhookParts): Webhooks {
  return new StoredWebhooks(parts);
}

class StoredWebhooks implements Webhooks {
  readonly #parts: WebhookParts;
  readonly #deliveries: Deliveries;
  deliver: Webhooks["deliver"];
  refused: Webhooks["refused"];

  constructor(parts: WebhookParts) {
    this.#parts = parts;
    this.#deliveries = new Deliveries(parts);
    this.deliver = (token, delivered) => this.#deliveries.deliver(token, delivered);
    this.refused = (token, unread, error) => this.#deliveries.refused(token, unread, error);
  }

  async create(body: unknown, by: string): Promise<WebhookRecord> {
    const { store, clock, newId } = this.#parts;
    const fields = readNew(toFields(body, ["name", "transform", "signature"]));
    await this.#assertFree(fields.name, null);
    const now = clock.now();
    const made: WebhookRecord = {
      ...fields,
      id: newId(now),
      token: newSecret(),
      createdAt: now,
      createdBy: by,
      changedAt: now,
      revokedAt: null,
    };
    await store.addWebhook(made);
    return made;
  }

  async change(id: string, body: unknown): Promise<WebhookRecord> {
    const webhook = await this.#open(id);
    const change = readChange(toFields(body, ["name", "transform", "signature"]), webhook);
    if (Object.keys(change).length === 0) throw refuse("Give `name`, `transform` or `signature`.");
    if (change.name !== undefined) await this.#assertFree(change.name, id);
    return this.#write(webhook, change);
  }

  async rotate(id: string): Promise<WebhookRecord> {
    return this.#write(await this.#open(id), { token: newSecret() });
  }

  async revoke(id: string): Promise<WebhookRecord> {
    const webhook = await this.#open(id);
    return this.#write(webhook, { revokedAt: this.#parts.clock.now(), secret: null });
  }

  list(): Promise<WebhookRecord[]> {
    return this.#parts.store.listWebhooks();
  }

  async get(id: string): Promise<WebhookRecord> {
    const webhook = await this.#parts.store.getWebhook(id);
    if (webhook !== null) return webhook;
    throw new EngineError("webhook_not_found", `There is no webhook ${id}.`);
  }

  deliveries(id: string): Promise<DeliveryRecord[]> {
    return this.#deliveries.list(id);
  }

  async try(transform: string, sample: Delivered): Promise<MadeEvent[]> {
    const now = this.#parts.clock.now();
    const events = await makeEvents(transform, sample, now);
    parseEvents(this.#parts, { body: events, seed: null }, now);
    return events;
  }

  async #write(webhook: WebhookRecord, change: Partial<WebhookRecord>): Promise<WebhookRecord> {
    const fields = { ...change, changedAt: this.#parts.clock.now() };
    await this.#parts.store.changeWebhook(webhook.id, fields);
    return { ...webhook, ...fields };
  }

  /** @throws EngineError `webhook_not_found` */
  async #open(id: string): Promise<WebhookRecord> {
    const webhook = await this.get(id);
    if (webhook.revokedAt === null) return webhook;
    throw new EngineError("webhook_not_found", `The webhook "${webhook.name}" is revoked already. Make another one.`);
  }

  /** @throws EngineError `name_taken` */
  async #assertFree(name: string, exceptId: string | null): Promise<void> {
    const all = await this.#parts.store.listWebhooks();
    if (all.some((known) => known.name === name && known.revokedAt === null && known.id !== exceptId))
      throw new EngineError("name_taken", `There is a webhook called "${name}". Choose another name.`);
  }
}
