/**
 * Which apps cannot be reached, and when each is tried next. One call tries an app that is down, the others wait for what it
 * comes to. In memory: what must outlive the engine stands on the queue items. Used by app-gate.
 */
import type { FunctionRecord } from "../../domain/app.ts";
import { unreachableBackoffMs } from "../../domain/backoff.ts";
import type { Outage, QueueItem } from "../../domain/queue/queue-item.ts";
import { shownUrl } from "../../domain/shown-url.ts";
import type { GateParts } from "./gate-parts.ts";

/** A call that goes on for so long has reached its app: no connection takes longer to fail. */
const connectMs = 16_000;
/** From this try on, a proxy's error counts as the call's own while the app answers other calls. */
const doubtfulTries = 5;
const closestMs = 1;

/** What is known of a call that did not reach its app. */
export interface Unreached {
  error: string;
  /** Nothing listens there, or nobody else would get through: calls to the app wait for the next try. */
  isDown: boolean;
  /** What was asked for, milliseconds since 1970; null for nothing. */
  retryAt: number | null;
}

/** Until when an item waits, and what it remembers. */
export interface OutageWait {
  dueAt: number;
  outage: Outage;
}

interface AppOutage {
  since: number;
  tries: number;
  nextAt: number;
  error: string;
  /** The item whose call tries the app. */
  trier: string | null;
  waiting: Set<string>;
  isDown: boolean;
}

export class Outages {
  readonly #parts: GateParts;
  readonly #forward: (itemIds: string[]) => void;
  readonly #outages = new Map<string, AppOutage>();
  /** When each app answered last. */
  readonly #reachedAt = new Map<string, number>();

  constructor(parts: GateParts, forward: (itemIds: string[]) => void) {
    this.#parts = parts;
    this.#forward = forward;
  }

  /** Null: the call may try. */
  waitOf(fn: FunctionRecord, item: QueueItem): OutageWait | null {
    const app = this.#outages.size === 0 ? undefined : this.#outages.get(fn.appId);
    if (app === undefined || !app.isDown) return null;
    const now = this.#parts.clock.now();
    // It has waited as long as it may: its own call says why it fails.
    if (item.unreachable !== null && this.endOf(item.unreachable) <= now) return null;
    if (now < app.nextAt) return { dueAt: app.nextAt, outage: this.#remembered(item, app, now) };
    if (app.trier !== null) {
      this.reached(fn.appId);
      return null;
    }
    app.trier = item.id;
    app.nextAt = now + connectMs;
    return null;
  }

  /** It is put back and waits: it is due at once when the app is reached. */
  waits(fn: FunctionRecord, item: QueueItem): void {
    const app = this.#outages.get(fn.appId);
    if (app?.isDown === true) app.waiting.add(item.id);
    else if (app === undefined) this.#forward([item.id]);
  }

  /** A call did not reach its app. Null: it counts as a failed attempt all the same. */
  failed(fn: FunctionRecord, item: QueueItem, unreached: Unreached): OutageWait | null {
    const now = this.#parts.clock.now();
    if (!unreached.isDown && this.#isDoubtful(fn, item)) return null;
    const outage = this.#noted(fn, item, unreached, now);
    const known = item.unreachable;
    const mine: Outage = {
      since: known?.since ?? now,
      at: now,
      tries: (known?.tries ?? 0) + 1,
      error: unreached.error,
    };
    const random = this.#parts.random.next();
    const own = now + unreachableBackoffMs(mine.tries - 1, random);
    // Whoever has tried lets those go first that have not.
    const dueAt = unreached.isDown ? outage.nextAt + closestMs + Math.floor(random * (outage.nextAt - now) * 0.2) : own;
    const wanted = Math.max(dueAt, unreached.retryAt ?? 0);
    return { dueAt: Math.max(Math.min(wanted, this.endOf(mine)), now + closestMs), outage: mine };
  }

  /** When an item has waited as long as its owner lets it. */
  endOf(outage: Outage): number {
    return outage.since + this.#parts.limits.unreachableMaxMs;
  }

  /** The app answered, or connected. */
  reached(appId: string): void {
    this.#reachedAt.set(appId, this.#parts.clock.now());
    const app = this.#outages.size === 0 ? undefined : this.#outages.get(appId);
    if (app === undefined) return;
    this.#outages.delete(appId);
    if (app.waiting.size > 0) this.#forward([...app.waiting]);
  }

  /** A call ended that neither reached the app nor failed. */
  gaveUp(fn: FunctionRecord, item: QueueItem): void {
    const app = this.#outages.get(fn.appId);
    if (app?.trier !== item.id) return;
    app.trier = null;
    app.nextAt = this.#parts.clock.now();
  }

  #remembered(item: QueueItem, app: AppOutage, now: number): Outage {
    return item.unreachable ?? { since: now, at: now, tries: 0, error: app.error };
  }

  /** An app that answers others between two tries can be reached: it may be this call that takes it down behind its proxy. */
  #isDoubtful(fn: FunctionRecord, item: QueueItem): boolean {
    const known = item.unreachable;
    if (known === null || known.tries < doubtfulTries) return false;
    return (this.#reachedAt.get(fn.appId) ?? Number.NEGATIVE_INFINITY) > known.at;
  }

  #noted(fn: FunctionRecord, item: QueueItem, { error, isDown, retryAt }: Unreached, now: number): AppOutage {
    let app = this.#outages.get(fn.appId);
    if (app === undefined) {
      app = { since: now, tries: 0, nextAt: now, error, trier: null, waiting: new Set(), isDown };
      this.#outages.set(fn.appId, app);
      this.#parts.notifier.notify({
        kind: "app-unreachable",
        at: now,
        url: shownUrl(placeOf(fn.url)),
        error: waitingLine(error),
      });
    }
    app.error = error;
    const becomesDown = isDown && !app.isDown;
    if (isDown) app.isDown = true;
    const isTry = app.tries === 0 || becomesDown || app.trier === item.id || now >= app.nextAt;
    if (!isDown || !isTry) return app;
    app.tries += 1;
    app.trier = null;
    app.nextAt = Math.max(now + unreachableBackoffMs(app.tries - 1, this.#parts.random.next()), retryAt ?? 0);
    return app;
  }
}

function placeOf(url: string): string {
  return url.split("?", 1)[0] ?? url;
}

const waitingLine = (error: string): string => `${error} Its runs wait until it can be reached.`;
