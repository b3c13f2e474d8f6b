/** Sends a signal to the engine's API. Called by the client's `sendSignal`, and through it by `step.sendSignal`. */
import { invalidOption, StepwellError } from "../errors/index.ts";
import { fetchWithKeys, type KeyHolder } from "./fetch-with-keys.ts";

/** What wakes a run that waits for it. */
export interface SignalInput {
  /** The name that `step.waitForSignal` waits for. */
  signal: string;
  data?: unknown;
}

export interface SendSignalInput extends KeyHolder {
  signal: SignalInput;
  /** Base of the engine's API, ending in a slash. */
  apiUrl: string;
  headers: Record<string, string>;
}

/**
 * @returns the run that was woken; without an id when none waits for the signal.
 * @throws {StepwellError} `invalid_option` for a signal without a name, `send_failed` when the engine cannot be reached or refuses.
 */
export async function sendSignal({
  signal: given,
  apiUrl,
  headers,
  ...holder
}: SendSignalInput): Promise<{ runId?: string }> {
  const { signal, data } = given ?? {};
  if (typeof signal !== "string" || signal === "") {
    throw invalidOption('sendSignal() expects `{ signal: "name", data? }`');
  }
  const init = { method: "POST", headers, body: JSON.stringify({ signal, data }) };
  const response = await fetchWithKeys(holder, `${apiUrl}v1/signals`, init).catch((cause: unknown) => {
    throw failure(`Cannot send signal "${signal}" to ${new URL(apiUrl).origin}`, cause);
  });
  if (response.status === 404) return {};
  const answer = (await response.json().catch(() => null)) as { data?: { run_id?: string }; error?: string } | null;
  if (!response.ok)
    throw failure(`Signal "${signal}" was refused with ${response.status}: ${answer?.error ?? "no reason given"}`);
  const runId = answer?.data?.run_id;
  return runId === undefined ? {} : { runId };
}

function failure(message: string, cause?: unknown): StepwellError {
  return new StepwellError(`${message}.`, { code: "send_failed", retryable: true, cause });
}
