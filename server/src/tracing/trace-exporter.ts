/**
 * Sends the spans of ended runs to a collector, over OTLP/HTTP as JSON. It hears of a run's end, reads the run from the store later
 * and sends many at once, so a run never waits for it and never fails by it. What cannot be sent is dropped, counted and told.
 * Made by main. Must never throw, nor log the headers, which hold keys.
 */
import type { Activity } from "../domain/activity.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { StoreReader } from "../ports/store.ts";
import { type OtlpSpan, toSpans } from "./spans.ts";

/** Sends a body, and resolves with the status of the answer; rejects when there is none. */
export type PostTraces = (body: string) => Promise<number>;

export interface TraceExporterOptions {
  store: Pick<StoreReader, "getRun" | "getEvent" | "listSteps" | "listAttempts">;
  clock: Clock;
  logger: Logger;
  /** The slug of a function; null for one that nobody knows. */
  functionName(id: string): string | null;
  post: PostTraces;
  /** Of the engine. */
  version: string;
  /** Runs that wait to be sent at most; later ones are dropped. Default: 5,000. */
  waitingMost?: number;
}

export interface TraceExporter extends Notifier {
  /** Runs whose spans were dropped. */
  readonly dropped: number;
  /** Sends what waits, once, and ends. */
  stop(): Promise<void>;
}

const flushEveryMs = 2000;
const batchMost = 100;
/** Tries at one batch, and the wait before the second; each further wait is twice as long. */
const triesMost = 5;
const firstWaitMs = 1000;
const warnEveryMs = 60_000;

/** As the specification has it: what may succeed later. */
const isWorthAnother = (status: number): boolean => [0, 429, 502, 503, 504].includes(status);

export function createTraceExporter(options: TraceExporterOptions): TraceExporter {
  return new BatchingExporter(options);
}

class BatchingExporter implements TraceExporter {
  readonly #options: TraceExporterOptions;
  readonly #most: number;
  readonly #waiting: string[] = [];
  dropped = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;
  #sending: Promise<void> | null = null;
  #stopped = false;
  #wake: () => void = () => undefined;

  constructor(options: TraceExporterOptions) {
    this.#options = options;
    this.#most = options.waitingMost ?? 5000;
  }

  /** Another engine exports the runs that it ends. */
  notify(activity: Activity, origin?: "peer"): void {
    if (activity.kind !== "run-ended" || origin === "peer" || this.#stopped) return;
    if (this.#waiting.length >= this.#most) this.#drop(1, "more runs end than can be sent");
    else {
      this.#waiting.push(activity.runId);
      this.#plan();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#wake();
    await this.#sending;
    await this.#sendAll();
  }

  #plan(): void {
    const { clock } = this.#options;
    this.#timer ??= clock.setTimer(clock.now() + flushEveryMs, () => {
      this.#sending = this.#sendAll().finally(() => {
        this.#sending = null;
        this.#timer = null;
        if (this.#waiting.length > 0 && !this.#stopped) this.#plan();
      });
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const runIds = this.#waiting.splice(0, batchMost);
      try {
        const spans = await this.#read(runIds);
        if (spans.length > 0) await this.#send(runIds.length, spans);
      } catch (error) {
        this.#drop(runIds.length, String(error));
      }
    }
  }

  async #read(runIds: readonly string[]): Promise<OtlpSpan[]> {
    const { store, functionName } = this.#options;
    const spans: OtlpSpan[] = [];
    for (const id of runIds) {
      const run = await store.getRun(id);
      if (run === null) continue;
      const [first] = run.eventIds;
      const [event, steps, attempts] = await Promise.all([
        first === undefined ? null : store.getEvent(first),
        store.listSteps(id),
        store.listAttempts(id),
      ]);
      spans.push(...toSpans({ run, event, steps, attempts, slug: functionName(run.functionId) ?? run.functionId }));
    }
    return spans;
  }

  async #send(runs: number, spans: readonly OtlpSpan[]): Promise<void> {
    const body = this.#bodyOf(spans);
    for (let attempt = 1; ; attempt += 1) {
      let why = "";
      const status = await this.#options.post(body).catch((error: unknown) => {
        why = error instanceof Error ? error.message : String(error);
        return 0;
      });
      if (status >= 200 && status < 300) return;
      if (why === "") why = `the collector answered ${status}`;
      if (!isWorthAnother(status) || attempt >= triesMost || this.#stopped) {
        this.#drop(runs, why);
        return;
      }
      await this.#rest(firstWaitMs * 2 ** (attempt - 1));
    }
  }

  #bodyOf(spans: readonly OtlpSpan[]): string {
    const { version } = this.#options;
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const resource = { attributes: [attribute("service.name", "stepwell"), attribute("service.version", version)] };
    const scope = { name: "stepwell-server", version };
    return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
  }

  #rest(ms: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const timer = clock.setTimer(clock.now() + ms, () => resolve());
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #drop(runs: number, why: string): void {
    const { clock, logger } = this.#options;
    this.dropped += runs;
    const now = clock.now();
    if (now - this.#warnedAt < warnEveryMs) return;
    this.#warnedAt = now;
    logger.warn({ dropped: this.dropped, why }, "Spans of runs were dropped: the collector does not take them");
  }
}
