/**
 * What one call writes with `ctx.logger`, kept for an engine that takes it: it goes along with a checkpoint or the answer, or
 * by itself while a step takes long. Made by call. Must never throw, wait, or keep more than a call may bring.
 */
import { serializeError } from "../../errors/index.ts";
import type { CheckpointResult } from "../../execution/index.ts";
import * as limits from "../../protocol/limits.ts";
import { logsBefore, logsBetween } from "../../protocol/log.ts";
import { runStorage } from "../../steps/index.ts";

/** How long lines wait for something that takes them along. */
const LIVE_MS = 1000;
/** How deep a line is kept; the line itself and its arguments are two of it. */
const DEPTH = 10;

/** Lines on their way, each as JSON. */
interface Lines {
  texts: string[];
  leftOut: number;
}

/** Sends something with the lines that there are; null: none. Says whether it was taken. Never rejects. */
type Send = (logs: string | null) => Promise<CheckpointResult>;

export class RunLogs {
  readonly #runId: string;
  #lines: Lines = { texts: [], leftOut: 0 };
  #length = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | null = null;
  /** Sends lines by themselves. Null: they wait for the answer. Never rejects. */
  send: Send | null = null;

  readonly #now: () => number;

  constructor(runId: string, now: () => number) {
    this.#runId = runId;
    this.#now = now;
  }

  /** Takes a line, as the logger was given it. */
  readonly add = (level: string, args: readonly unknown[]): void => {
    const { texts } = this.#lines;
    try {
      const { ctx, executingStep: step } = runStorage()?.getStore()?.execution ?? {};
      const where = step && ctx.runId === this.#runId ? [step.hashedId, step.name] : [null, null];
      const text = JSON.stringify([this.#now(), level, args, ...where], bounded());
      this.#length += text.length;
      if (texts.length >= limits.logLinesAtOnce || this.#length > limits.logLengthAtOnce) this.#lines.leftOut++;
      else texts.push(text);
    } catch {
      this.#lines.leftOut++;
    }
    if (this.send) this.#timer ??= setTimeout(() => this.#sendNow(), LIVE_MS);
  };

  /** What has come since the last time, on its way to the engine; null when that is nothing. */
  take(): string | null {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { texts, leftOut } = this.#lines;
    if (texts.length + leftOut === 0) return null;
    this.#lines = { texts: [], leftOut: 0 };
    this.#length = 0;
    return `{"leftOut":${leftOut},"lines":[${texts.join()}]}`;
  }

  /** Sends something along with the lines that there are. Those that were not taken are kept. */
  async along(send: Send): Promise<CheckpointResult> {
    const kept = this.#lines;
    const logs = this.take();
    const result = await send(logs);
    if (result !== "saved" && logs !== null) {
      kept.texts.push(...this.#lines.texts);
      kept.leftOut += this.#lines.leftOut;
      this.#lines = kept;
    }
    return result;
  }

  /** No more lines come: what is left goes along with the answer. Null: nothing, or the answer is large enough. */
  async end(answer: string): Promise<string | null> {
    this.send = null;
    await this.#sending;
    const logs = this.take();
    return answer.length < limits.stepOutputBytes ? logs : null;
  }

  #sendNow(): void {
    this.#timer = undefined;
    if (!this.send || this.#sending !== null) return;
    this.#sending = this.along(this.send).then((result) => {
      this.#sending = null;
      // An engine that cannot be reached is not asked again.
      if (result !== "saved") this.send = null;
    });
  }
}

/** An answer's body with what was logged beside it. */
export function withLogs(body: string, logs: string): string {
  return `${logsBefore}${logs}${logsBetween}${body}}`;
}

/** Writes errors with what they are made of, and cuts what is long or deep: what holds itself ends there as well. */
function bounded(): (this: Record<string, unknown>, key: string, value: unknown) => unknown {
  let room: number = limits.logLineLength;
  const depths = new Map<unknown, number>();
  return function (key, value) {
    const own = this[key];
    const found = own instanceof Error ? serializeError(own) : typeof own === "bigint" ? String(own) : value;
    room -= key.length + 8;
    if (typeof found === "string") {
      const text = found.length > room ? `${found.slice(0, Math.max(room, 0))}…` : found;
      room -= text.length;
      return text;
    }
    if (typeof found !== "object" || found === null) return found;
    const depth = (depths.get(this) ?? 0) + 1;
    if (room < 0 || depth > DEPTH) return "…";
    // A copy has one place, and so one depth; the object itself may stand in several.
    const copy = Array.isArray(found) ? found.slice(0, room) : { ...found };
    depths.set(copy, depth);
    return copy;
  };
}
