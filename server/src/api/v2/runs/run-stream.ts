/**
 * `GET /v2/runs/:id/stream`: one run as it goes on, as server-sent events: `run` and `step` say how it and its steps stand, `log`
 * has a line that its function logged, `end` is the last. It reads the store, so that it is the same on whichever engine of several:
 * at once when this engine tells of the run, and every second for what others do.
 * The id of an event says how far its reader is: who comes again with it gets the lines since, and how things stand if that has changed.
 */
import { createHash } from "node:crypto";
import { EngineError } from "../../../domain/error.ts";
import { isEnded } from "../../../domain/run/run.ts";
import { viewSteps } from "../../../domain/run/step-view.ts";
import { type Api, requestHeader } from "../../api-parts.ts";
import { readId } from "../../query.ts";
import { createLookup } from "../lookup.ts";
import type { V2Parts } from "../v2-parts.ts";
import { presentRunV2 } from "./present-run.ts";
import { presentTrace } from "./present-trace.ts";
import { presentLog } from "./run-logs.ts";

const lookMs = 1000;
/** Proxies close what says nothing for longer. */
const quietMs = 15_000;
const linesMax = 500;
/** Lines that may wait for a slow reader; one that has more is cut off, and goes on where it was when it comes again. */
const waitingMax = 2000;

/** How far a reader is. */
interface Position {
  /** Number of the last line. */
  line: number;
  /** Digest of how run and steps stood; "" for a reader that knows nothing. */
  state: string;
}

const endState = "end";

function parsePosition(id: string | null): Position {
  const [, line = "0", state = ""] = /^(\d{1,15})-([0-9a-f]{16}|end)$/.exec(id ?? "") ?? [];
  return { line: Number(line), state };
}

interface Look {
  frames: string[];
  isOver: boolean;
}

/** A run as a reader knows it, and what it is told next. */
class RunReading {
  readonly #parts: V2Parts;
  readonly #runId: string;
  #position: Position;
  /** What was said of the run and of each step, as JSON; null before the first look. */
  #said: Map<string, string> | null = null;

  constructor(parts: V2Parts, runId: string, position: Position) {
    this.#parts = parts;
    this.#runId = runId;
    this.#position = position;
  }

  /** What has changed since the last look, and whether that was the last. */
  async look(): Promise<Look> {
    const { store } = this.#parts;
    // The run first: what is read after its end is all of it.
    const run = await store.getRun(this.#runId);
    if (run === null) return { frames: [], isOver: true };
    const isOver = isEnded(run.status);
    const frames = [...(await this.#changes(run)), ...(await this.#lines())];
    if (isOver) {
      this.#position.state = endState;
      frames.push(this.#frame("end", JSON.stringify({ status: run.status.toUpperCase() })));
    }
    return { frames, isOver };
  }

  async #changes(run: Parameters<typeof presentRunV2>[0]): Promise<string[]> {
    const { store } = this.#parts;
    const [steps, attempts] = await Promise.all([store.listSteps(run.id), store.listAttempts(run.id)]);
    const lookup = createLookup(this.#parts);
    const seen = { run, steps: viewSteps(run, steps, attempts), attempts, metadata: [] };
    const { children } = presentTrace(seen, lookup, false);
    const now = new Map([["", JSON.stringify(presentRunV2(run, lookup, true))]]);
    for (const span of children) now.set(span.id, JSON.stringify(span));
    const state = createHash("sha256")
      .update([...now.values()].join("\n"))
      .digest("hex")
      .slice(0, 16);
    const known = this.#said ?? (state === this.#position.state ? now : new Map<string, string>());
    this.#said = now;
    const changed = [...now].filter(([id, text]) => known.get(id) !== text);
    // Only the last of them brings a reader to the new state.
    return changed.map(([id, text], index) => {
      if (index === changed.length - 1) this.#position.state = state;
      return this.#frame(id === "" ? "run" : "step", text);
    });
  }

  async #lines(): Promise<string[]> {
    const frames: string[] = [];
    for (;;) {
      const { lines } = await this.#parts.store.listLogs({
        runId: this.#runId,
        after: this.#position.line,
        limit: linesMax,
      });
      for (const line of lines) {
        this.#position.line = line.number;
        frames.push(this.#frame("log", JSON.stringify(presentLog(line))));
      }
      if (lines.length < linesMax) return frames;
    }
  }

  #frame(event: string, data: string): string {
    const { line, state } = this.#position;
    const id = state === "" ? "" : `id: ${line}-${state}\n`;
    return `${id}event: ${event}\ndata: ${data}\n\n`;
  }
}

/** Resolves when there may be something new. */
interface Cue {
  wait(): Promise<void>;
  stop(): void;
}

function createCue({ feed, clock }: V2Parts, runId: string, end: () => void): Cue {
  let wake = (): void => undefined;
  let isDue = false;
  const hear = (): void => {
    isDue = true;
    wake();
  };
  const leave = feed.listen(null, {
    hear: (frame) => {
      if (frame.includes(runId) || frame.includes('"many":true')) hear();
    },
    end,
  });
  return {
    wait: () =>
      new Promise((resolve) => {
        const timer = clock.setTimer(clock.now() + lookMs, hear);
        wake = () => {
          timer.cancel();
          isDue = false;
          resolve();
        };
        if (isDue) wake();
      }),
    stop: () => {
      leave();
      wake();
    },
  };
}

function openRunStream(parts: V2Parts, runId: string, position: Position): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = (): void => undefined;
  return new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        let isOpen = true;
        const end = (): void => {
          if (!isOpen) return;
          stop();
          controller.close();
        };
        const cue = createCue(parts, runId, end);
        stop = () => {
          isOpen = false;
          cue.stop();
        };
        void follow();

        async function follow(): Promise<void> {
          const reading = new RunReading(parts, runId, position);
          let saidAt = parts.clock.now();
          controller.enqueue(encoder.encode("retry: 2000\n\n"));
          while (isOpen) {
            const { frames, isOver } = await reading.look().catch((error: unknown): Look => {
              // Who follows comes again.
              parts.logger.warn({ runId, error: String(error) }, "A stream of a run ends: it could not be read");
              return { frames: [], isOver: true };
            });
            if (!isOpen) return;
            if (frames.length === 0 && parts.clock.now() - saidAt >= quietMs) frames.push(": still here\n\n");
            if (frames.length > 0) saidAt = parts.clock.now();
            for (const frame of frames) controller.enqueue(encoder.encode(frame));
            if (isOver || (controller.desiredSize ?? 0) <= 0) return end();
            await cue.wait();
          }
        }
      },
      cancel: () => stop(),
    },
    { highWaterMark: waitingMax },
  );
}

export function addRunStreamRoute(app: Api, parts: V2Parts): void {
  app.get("/runs/:id/stream", async (c) => {
    const runId = readId(c, "id", "run");
    const run = await parts.store.getRun(runId);
    if (run === null) throw new EngineError("run_not_found", `There is no run ${runId}.`);
    const position = parsePosition(requestHeader(c, "last-event-id") ?? c.req.query("after") ?? null);
    // What has seen the end comes no more.
    if (position.state === endState && isEnded(run.status)) return parts.respond.empty(204);
    return parts.respond.stream(openRunStream(parts, runId, position));
  });
}
