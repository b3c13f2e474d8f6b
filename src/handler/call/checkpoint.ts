/** Checkpoints over HTTP: where the steps of a call are saved while it goes on. Made by call, used by the replay machine. */
import { fetchWithKeys } from "../../client/index.ts";
import type { CheckpointResult, Checkpoints } from "../../execution/index.ts";
import type { Checkpointing } from "../../function/index.ts";
import type { CallContext } from "../../protocol/call.ts";
import type { App } from "../app.ts";
import { apiUrl } from "../fetch-api.ts";
import type { RunLogs } from "./run-logs.ts";

const ATTEMPTS = 5;
const BACKOFF_MS = 100;
const STALE = 409;

/** Sends steps of a call, and what it has logged. */
type Send = (steps: readonly string[], logs: string | null, attempts: number) => Promise<CheckpointResult>;

/** Null when the engine did not say where this call's steps belong. */
function createSend(app: App, { run_id, fn_id, qi_id, request_id, generation_id }: CallContext): Send | null {
  if (!fn_id || !qi_id) return null;
  const path = `v1/checkpoint/${encodeURIComponent(run_id)}/async`;
  const request_started_at = Date.now();
  let url: string | undefined;
  const head = JSON.stringify({ run_id, fn_id, qi_id, request_id, generation_id, request_started_at }).slice(0, -1);
  return (steps, logs, attempts) => {
    const logged = logs === null ? "" : `"logs":${logs},`;
    url ??= apiUrl(app, path);
    return save(app, run_id, url, `${head},"steps":[${steps.join()}],${logged}"ts":${Date.now()}}`, attempts);
  };
}

/**
 * Null when the engine did not say where this call's steps belong, or nothing is to be saved.
 * @param logs go along, and by themselves while a step takes long. Null: the engine takes none.
 */
export function createCheckpoints(
  app: App,
  ctx: CallContext,
  settings: Checkpointing | null,
  logs: RunLogs | null,
): Checkpoints | null {
  const send = createSend(app, ctx);
  if (send === null) return null;
  if (logs) logs.send = (lines) => send([], lines, 1);
  if (settings === null || ctx.disable_immediate_execution) return null;
  return {
    ...settings,
    save: (steps) => {
      const sendWith = (lines: string | null) => send(steps, lines, ATTEMPTS);
      return logs ? logs.along(sendWith) : sendWith(null);
    },
  };
}

async function save(app: App, runId: string, url: string, body: string, attempts: number): Promise<CheckpointResult> {
  const { headers } = app;
  for (let attempt = 1; ; attempt++) {
    const status = await fetchWithKeys(app, url, { method: "POST", headers, body }).then(
      async (response) => {
        // Read to its end, or the connection stays taken.
        await response.text();
        return response.status;
      },
      () => 0,
    );
    if (status >= 200 && status < 300) return "saved";
    if (status === STALE) return "stale";
    const final = status >= 400 && status < 500 && status !== 408 && status !== 429;
    if (final || attempt >= attempts) {
      const why = status === 0 ? "the engine cannot be reached" : `the engine answered ${status}`;
      app.logger.warn(`A checkpoint of run ${runId} failed: ${why}.`);
      return "failed";
    }
    await new Promise((resolve) => setTimeout(resolve, BACKOFF_MS * attempt));
  }
}
