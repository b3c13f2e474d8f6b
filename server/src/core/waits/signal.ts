/** Signals: what someone sends to the one run that waits for it. */
import { EngineError } from "../../domain/error.ts";
import { resumePut } from "../../domain/queue/queue-puts.ts";
import { toStoredJson, toWellFormed } from "../../domain/stored-json.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";

export interface SignalRequest {
  /** A parsed body: `{ signal, data? }`. */
  body: unknown;
}

interface Signal {
  signal: string;
  data: unknown;
}

/** Whoever waits for it: what cannot be kept is refused at the door. */
function assertStorable(data: unknown): void {
  try {
    toStoredJson(data);
  } catch (cause) {
    throw unstorable(cause);
  }
}

function unstorable(cause: unknown): EngineError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new EngineError("invalid_request", `\`data\` of the signal: ${why}`, { cause });
}

function parseSignal(body: unknown): Signal {
  const raw = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  if (typeof raw.signal !== "string" || raw.signal === "")
    throw new EngineError("invalid_request", 'A signal needs its name: {"signal":"approve-17","data":{}}.');
  const data = raw.data ?? null;
  assertStorable(data);
  return { signal: toWellFormed(raw.signal), data };
}

/** Resolves once it is on disk that the wait is over. @throws EngineError `signal_not_found`, `invalid_request` */
export async function sendSignal(
  parts: Parts,
  committer: Committer,
  { body }: SignalRequest,
): Promise<{ runId: string }> {
  const { signal, data } = parseSignal(body);
  for (;;) {
    const wait = await parts.store.findSignalWait(signal);
    if (wait === null || wait.stepId === null) throw new EngineError("signal_not_found", "No signal found");
    const { runId, functionId, stepId } = wait;
    const item = resumePut({ runId, functionId, stepId }, { memo: { data: { signal, data } } }, parts.clock.now());
    const result = await committer.commit({ lease: null, openWait: wait.id, puts: [item] }, "new");
    if (result.ok) return { runId };
    // It was met or gave up in this moment; another run may wait by now.
  }
}
