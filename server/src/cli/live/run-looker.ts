/** Looks at one run of a running engine, again and again: what has happened since the last look, logs included. Made by who follows runs. */
import type { LogAnswer, RunAnswer } from "../../api/answers.ts";
import type { EngineClient } from "../../client/engine-client.ts";
import type { LiveEntry } from "./live-entry.ts";
import { isOver, RunChanges } from "./run-changes.ts";

const linesMax = 1000;

export interface Look {
  run: RunAnswer;
  /** Oldest first. */
  entries: LiveEntry[];
  isOver: boolean;
}

export interface RunLookerOptions {
  runId: string;
  /** Of its function's steps. */
  maxAttempts: number;
  /** What happened before is not told. Milliseconds since 1970; default: everything is. */
  since?: number;
  /** Number of the last line of its log that is known: those after it are told, whenever they were written. Default: none is. */
  line?: number | undefined;
}

export class RunLooker {
  readonly #engine: EngineClient;
  readonly #runId: string;
  readonly #since: number;
  readonly #linesSince: number;
  readonly #changes: RunChanges;
  #line: number;

  constructor(engine: EngineClient, { runId, maxAttempts, since = 0, line }: RunLookerOptions) {
    this.#engine = engine;
    this.#runId = runId;
    this.#since = since;
    this.#linesSince = line === undefined ? since : 0;
    this.#line = line ?? 0;
    this.#changes = new RunChanges(maxAttempts);
  }

  /** @throws EngineApiError */
  async look(signal?: AbortSignal): Promise<Look> {
    const options = signal === undefined ? {} : { signal };
    // The run first: what is read after its end is all of it.
    const run = await this.#engine.runs.get(this.#runId, options);
    const [trace, lines] = await Promise.all([this.#engine.runs.trace(this.#runId, options), this.#lines(options)]);
    const logs = lines.map((line): LiveEntry => {
      const at = line.at === null ? 0 : Date.parse(line.at);
      return { kind: "log", at, runId: run.id, slug: run.function.id, line };
    });
    const changes = this.#changes.take(run, trace.children).filter(({ at }) => at >= this.#since);
    const newLogs = logs.filter(({ at }) => at >= this.#linesSince);
    return { run, entries: merge(changes, newLogs), isOver: isOver(run) };
  }

  async #lines(options: { signal?: AbortSignal }): Promise<LogAnswer[]> {
    const lines: LogAnswer[] = [];
    for (;;) {
      const { data, page } = await this.#engine.runs.logs(
        this.#runId,
        { limit: linesMax, cursor: this.#line },
        options,
      );
      lines.push(...data);
      this.#line = Number(page.cursor ?? this.#line);
      if (!page.hasMore) return lines;
    }
  }
}

/** Both by time. Lines keep their order among each other: their clock is the app's. */
function merge(changes: readonly LiveEntry[], lines: readonly LiveEntry[]): LiveEntry[] {
  const merged: LiveEntry[] = [];
  let next = 0;
  for (const change of changes) {
    const isLast = change.kind === "run-ended";
    for (let line = lines[next]; line !== undefined && (isLast || line.at < change.at); line = lines[++next])
      merged.push(line);
    merged.push(change);
  }
  return [...merged, ...lines.slice(next)];
}
