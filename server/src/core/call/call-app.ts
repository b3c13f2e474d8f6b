/**
 * One call to an app, through the gate: what it came to, and what that says of the app. Called by execute-item.
 */
import { type Answer, noAdvice } from "../../domain/answer.ts";
import type { FunctionRecord } from "../../domain/app.ts";
import type { CallAnswer } from "../../domain/metrics/tally.ts";
import type { Outage, QueueItem } from "../../domain/queue/queue-item.ts";
import type { Execution } from "../../ports/store.ts";
import type { OutageWait } from "../gate/outages.ts";
import type { CallEnd } from "../gate/trials.ts";
import type { Parts } from "../parts/parts.ts";
import { buildCall } from "./build-call.ts";
import { crashesMax, quarantined } from "./quarantine.ts";
import { askForResult, namesPendingOnly } from "./returned.ts";

/** What came of a call. */
export interface Called {
  answer: Answer;
  /** It did not reach its app and waits; null otherwise. */
  wait: OutageWait | null;
  /** Who else was called at the same time; null when nobody was called. */
  end: CallEnd | null;
}

/** A proxy that answers for an app after this had handed the call over: the app's work is lost, and that is an attempt. */
const handedOverMs = 30_000;

function failed(name: string, message: string): Answer {
  return { kind: "failure", requestVersion: null, retry: { ...noAdvice, noRetry: true }, error: { name, message } };
}

/** What a call comes to that is not to be made; null for others. */
export function answerWithoutCall(fn: FunctionRecord, item: QueueItem): Answer | null {
  if (fn.archivedAt !== null) {
    const message = `No synced app serves function ${fn.slug} any more. Sync the app that has it; the run is tried again.`;
    return { ...failed("UnknownFunctionError", message), retry: noAdvice } as Answer;
  }
  // It was under way each time that the engine's own process went down.
  if (item.crashes < crashesMax) return null;
  const { name, message } = quarantined(null);
  return failed(name, message);
}

const durations: readonly [ms: number, unit: string][] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1000, "second"],
];

function forHowLong(ms: number): string {
  const [unitMs, unit] = durations.find(([most]) => ms >= most * 2) ?? [1000, "second"];
  const count = Math.round(ms / unitMs);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** The run has waited as long as its owner lets it. */
function neverReached({ since, tries, error }: Outage, now: number): Answer {
  const tried = `it was tried ${tries} ${tries === 1 ? "time" : "times"}`;
  return failed(
    "AppUnreachableError",
    `The app could not be reached for ${forHowLong(now - since)}, since ${new Date(since).toISOString()}; ${tried}. The last time: ${error} That is as long as a run waits (limit unreachableMaxMs). When the app is back, retry the run from the dead letters.`,
  );
}

function readUnreached(parts: Parts, fn: FunctionRecord, item: QueueItem, answer: Answer, calledAt: number): Called {
  const now = parts.clock.now();
  const called: Called = { answer, wait: null, end: null };
  const unreached = answer.kind === "failure" ? answer.unreached : undefined;
  if (answer.kind !== "failure" || unreached === undefined) {
    parts.gate.reached(fn.appId);
    return called;
  }
  if (unreached === "proxy" && now - calledAt >= handedOverMs) return called;
  const isDown = unreached === "down";
  const wait = parts.gate.unreached(fn, item, { error: answer.error.message, isDown, retryAt: answer.retry.retryAt });
  if (wait === null) return called;
  const isOver = wait.outage.since + parts.limits.unreachableMaxMs <= now;
  return isOver ? { ...called, answer: neverReached(wait.outage, now) } : { ...called, wait };
}

/** What is counted of an answer. */
function toCallAnswer(answer: Answer): CallAnswer {
  if (answer.kind !== "failure") return "ok";
  if (answer.unreached !== undefined) return "unreachable";
  return answer.crashed === true ? "crashed" : "error";
}

/** The gate has let the call in, and is told of its end. */
export async function callApp(
  parts: Parts,
  execution: Execution,
  fn: FunctionRecord,
  item: QueueItem,
  signal: AbortSignal,
  calledAt: number,
): Promise<Called> {
  const built = buildCall(execution, fn, item, parts.newId(calledAt), parts.canonicalForms);
  const call = { ...built, sdk: parts.registry.appById(fn.appId)?.sdk ?? "" };
  let answer = await parts.caller.call(call, signal);
  if (namesPendingOnly(answer, execution)) {
    const result = await parts.caller.call(askForResult(call), signal);
    if (result.kind === "result") answer = result;
  }
  const callMs = parts.clock.now() - calledAt;
  const { id: functionId, appId } = fn;
  parts.meter.count([{ kind: "call", functionId, appId, answer: toCallAnswer(answer), callMs }]);
  return readUnreached(parts, fn, item, answer, calledAt);
}
