/**
 * Retention: what is older than the owner wants goes, in small batches and not while the engine is busy; and so do the
 * oldest runs that have ended when the disk use is above its bound. Started and stopped with the engine.
 */
import type { Timer } from "../../ports/clock.ts";
import type { Parts } from "../parts/parts.ts";
import type { UnderWay } from "../work/under-way.ts";

export interface RetentionOptions {
  /** Runs that ended and events that came before so many milliseconds go. Null: nothing does for its age. */
  retentionMs: number | null;
  /** Bytes of records beyond which the oldest go. Null: no bound. */
  maxDiskBytes: number | null;
}

const firstSweepMs = 60_000;
const sweepEveryMs = 10 * 60_000;
/** Between two batches: as short as this, and while the engine works so many times as long as the last batch took. */
const restMs = 20;
const busyRestTimes = 4;
const restMaxMs = 1000;
const batchSize = 100;
/** What came or ended a moment ago may still be on its way to what needs it. */
const youngestMs = 60_000;
/** Room given back to the disk at once. */
const compactBytes = 4 * 1024 * 1024;
/** Room that is kept for what comes next. */
const spareBytes = 16 * 1024 * 1024;

export interface Retention {
  start(): void;
  /** Resolves when the batch under way has ended. */
  stop(): Promise<void>;
  /** Sweeps until nothing more is to go. */
  sweep(): Promise<{ runs: number; events: number }>;
}

type RetentionParts = Pick<Parts, "store" | "clock" | "logger">;

export function createRetention(
  parts: RetentionParts,
  underWay: Pick<UnderWay, "size">,
  options: RetentionOptions,
): Retention {
  return new TimedRetention(parts, underWay, options);
}

class TimedRetention implements Retention {
  readonly #parts: RetentionParts;
  readonly #underWay: Pick<UnderWay, "size">;
  readonly #options: RetentionOptions;
  #timer: Timer | null = null;
  #current: Promise<unknown> = Promise.resolve();
  #stopped = true;
  /** Ends a rest early, when the engine stops. */
  #wake: (() => void) | null = null;

  constructor(parts: RetentionParts, underWay: Pick<UnderWay, "size">, options: RetentionOptions) {
    this.#parts = parts;
    this.#underWay = underWay;
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    if (this.#options.retentionMs !== null || this.#options.maxDiskBytes !== null) this.#sweepIn(firstSweepMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#wake?.();
    await this.#current;
  }

  async sweep(): Promise<{ runs: number; events: number }> {
    const gone = { runs: 0, events: 0 };
    const { retentionMs, maxDiskBytes } = this.#options;
    const now = this.#parts.clock.now();
    if (retentionMs !== null) {
      await this.#delete(now - retentionMs, gone, async () => true);
      // For its age alone: whoever fills the disk must not be able to empty the audit log.
      await this.#parts.store.access.sweep(now - retentionMs);
      await this.#parts.store.webhooks.sweep(now - retentionMs);
      await this.#parts.store.alerts.sweep(now - retentionMs);
    }
    if (maxDiskBytes !== null) {
      const isOver = async (): Promise<boolean> => (await this.#parts.store.usedBytes()) > maxDiskBytes;
      if (await isOver()) await this.#delete(now - youngestMs, gone, isOver);
      if (!this.#stopped && (await isOver())) this.#warn(maxDiskBytes);
    }
    if (gone.runs + gone.events > 0) {
      await this.#compact();
      this.#parts.logger.info(gone, "Old runs and events were deleted");
    }
    return gone;
  }

  async #delete(before: number, gone: { runs: number; events: number }, goesOn: () => Promise<boolean>): Promise<void> {
    let cursor: string | null = null;
    do {
      const begin = this.#parts.clock.now();
      const batch = await this.#parts.store.sweep({ before, limit: batchSize, cursor });
      gone.runs += batch.runs;
      gone.events += batch.events;
      cursor = batch.cursor;
      if (cursor !== null) await this.#rest(this.#parts.clock.now() - begin);
    } while (cursor !== null && !this.#stopped && (await goesOn()));
  }

  async #compact(): Promise<void> {
    for (let before = Number.POSITIVE_INFINITY; !this.#stopped; ) {
      const free = await this.#parts.store.compact(compactBytes);
      if (free <= spareBytes || free >= before) return;
      before = free;
      await this.#rest(restMaxMs);
    }
  }

  /** While calls are under way it takes a fifth of the time, so that more goes than an engine can bring at its fastest. */
  #rest(workMs: number): Promise<void> {
    const { clock } = this.#parts;
    const busyMs = Math.min(Math.max(workMs * busyRestTimes, restMs), restMaxMs);
    const ms = this.#underWay.size > 0 ? busyMs : restMs;
    return new Promise((resolve) => {
      const timer = clock.setTimer(clock.now() + ms, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #warn(maxDiskBytes: number): void {
    this.#parts.logger.warn(
      { max_disk_bytes: maxDiskBytes },
      "The state takes more room than --max-disk allows, and all of it belongs to runs that have not ended. Cancel some, or raise the bound",
    );
  }

  /** One of the engines that share the state is enough. */
  async #sweepIfLeading(): Promise<void> {
    const { peers } = this.#parts.store;
    if (peers === null || peers.leads()) await this.sweep();
  }

  #sweepIn(ms: number): void {
    if (this.#stopped) return;
    const { clock, logger } = this.#parts;
    this.#timer = clock.setTimer(clock.now() + ms, () => {
      this.#current = this.#sweepIfLeading()
        .catch((error: unknown) =>
          logger.error({ error: String(error) }, "Old records could not be deleted; trying again later"),
        )
        .then(() => this.#sweepIn(sweepEveryMs));
    });
  }
}
