/**
 * Sends what is due to the channels: a try is written before it begins, so that of two engines one sends, and how it went is written
 * after. What an engine that dies had begun is tried again. Called by alert-loop and by the test of a channel.
 */
import type { AlertNotice, AlertRecord } from "../../domain/alerts/alert.ts";
import type { AlertMessage, AlertSender } from "../../ports/alert-sender.ts";
import type { Parts } from "../parts/parts.ts";
import { beginTries, dueNotices, noticeFailed, noticeSent } from "./notices.ts";

type DeliveryParts = Pick<Parts, "store" | "clock" | "logger">;

/** So often a note is tried to be made beside what others write of the same alert. */
const mostTries = 10;

export const errorText = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 500);

export class Deliveries {
  readonly #parts: DeliveryParts;
  readonly #sender: AlertSender;
  /** Told when it is known how a try went. */
  readonly #onNoted: () => void;
  readonly #sending = new Set<Promise<void>>();
  #stopped = new AbortController();

  constructor(parts: DeliveryParts, sender: AlertSender, onNoted: () => void) {
    this.#parts = parts;
    this.#sender = sender;
    this.#onNoted = onNoted;
  }

  start(): void {
    this.#stopped = new AbortController();
  }

  /** Begins to send all that is due. Resolves before it is sent. */
  async begin(): Promise<void> {
    const { store, clock } = this.#parts;
    for (const alert of await store.alerts.listDueAlerts(clock.now())) {
      const now = clock.now();
      const due = dueNotices(alert, now);
      const ids = due.map(({ id }) => id);
      // Somebody else has changed it: they, or the next time, see to it.
      if (!(await store.alerts.changeAlert(beginTries(alert, ids, now)))) continue;
      for (const notice of due) this.#track(this.#deliver(alert, notice));
    }
  }

  /** Gives up what is being sent; the next engine tries it again. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#sending);
  }

  #track(sending: Promise<void>): void {
    const tracked = sending
      .catch((error: unknown) => {
        // The try counts as lost, and is made again.
        this.#parts.logger.warn({ error: String(error) }, "How sending an alert went could not be written");
      })
      .finally(() => {
        this.#sending.delete(tracked);
        this.#onNoted();
      });
    this.#sending.add(tracked);
  }

  async #deliver(alert: AlertRecord, notice: AlertNotice): Promise<void> {
    const { store, clock, logger } = this.#parts;
    const { signal } = this.#stopped;
    const channel = await store.alerts.getChannel(notice.channelId);
    if (channel === null) {
      const error = "The channel was removed.";
      return this.#note(alert.id, (now, known) => noticeFailed(known, notice.id, { error, now, isFinal: true }));
    }
    try {
      await this.#sender.send(channel, toMessage(alert, notice, clock.now()), signal);
    } catch (cause) {
      if (signal.aborted) return;
      const error = errorText(cause);
      logger.warn({ channel: channel.name, alert: alert.id, error }, "An alert could not be sent");
      return this.#note(alert.id, (now, known) => noticeFailed(known, notice.id, { error, now, isFinal: false }));
    }
    await this.#note(alert.id, (now, known) => noticeSent(known, notice.id, now));
  }

  async #note(id: string, change: (now: number, alert: AlertRecord) => AlertRecord): Promise<void> {
    const { store, clock } = this.#parts;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const known = await store.alerts.getAlert(id);
      if (known === null || (await store.alerts.changeAlert(change(clock.now(), known)))) return;
    }
    throw new Error(`alert ${id} was changed by others again and again`);
  }
}

function toMessage(alert: AlertRecord, { id, kind }: AlertNotice, at: number): AlertMessage {
  const { ruleId, ruleName, severity, subject, text, lastValue, threshold, startedAt, endedAt } = alert;
  return {
    id,
    kind,
    at,
    alertId: alert.id,
    rule: { id: ruleId, name: ruleName },
    condition: alert.kind,
    severity,
    subject,
    text,
    value: lastValue,
    threshold,
    startedAt,
    endedAt,
  };
}
