/**
 * Why a run waits: for each thing that it waits for, what that is, as data and as a sentence. Asked by people, through the API.
 */
import { EngineError } from "../../domain/error.ts";
import { findOverride, type LimitOverride, overrideOfSlot } from "../../domain/limit-override.ts";
import type { QueuePlace } from "../../domain/queue/queue-place.ts";
import { isEnded } from "../../domain/run/run.ts";
import type { AttemptRecord } from "../../domain/run/step.ts";
import { type StepView, viewSteps } from "../../domain/run/step-view.ts";
import type { Parts } from "../parts/parts.ts";

/** `until`, `at` and `since` are milliseconds since 1970. */
export type RunWait = { sentence: string } & (
  | { kind: "calling"; attempt: number }
  | { kind: "paused"; scope: string; author: string; reason: string; since: number }
  | { kind: "not-synced"; functionId: string }
  | { kind: "concurrency"; label: string; limit: number; used: number; runIds: string[]; setBy: SetBy | null }
  | { kind: "throttle"; label: string; until: number; setBy: SetBy | null }
  | {
      kind: "retry";
      /** Name of the step that is tried again; null for the function's own code. */
      step: string | null;
      attempt: number;
      maxAttempts: number;
      at: number;
      /** What the last attempt failed with, in a line; null when that is unknown. */
      error: string | null;
    }
  | {
      /** Its app cannot be reached. */
      kind: "unreachable";
      since: number;
      at: number;
      tries: number;
      error: string;
    }
  /** Its app went away in the middle of its call and of others: it is called alone. */
  | { kind: "suspect"; at: number; crashes: number }
  | { kind: "delayed"; at: number }
  | { kind: "turn"; before: number; otherLanes: number }
  | { kind: "sleep"; step: string; until: number }
  | { kind: "event"; step: string; event: string; condition: string | null; until: number | null }
  | { kind: "signal"; step: string; signal: string; until: number | null }
  | { kind: "invoke"; step: string; function: string; runId: string | null; until: number | null }
);

/** Who has set a limit over that of the code, and why. */
export interface SetBy {
  author: string;
  reason: string;
  since: number;
}

const namedRunsMax = 3;

const time = (at: number): string => new Date(at).toISOString();
const untilText = (until: number | null): string => (until === null ? "" : ` until ${time(until)}`);

function runsText(runIds: readonly string[]): string {
  if (runIds.length === 0) return "";
  const named = runIds.slice(0, namedRunsMax).join(", ");
  const more = runIds.length > namedRunsMax ? ` and ${runIds.length - namedRunsMax} more` : "";
  return `, held by ${runIds.length === 1 ? "run" : "runs"} ${named}${more}`;
}

function toSetBy(override: LimitOverride | undefined): SetBy | null {
  if (override === undefined) return null;
  const { author, reason, at: since } = override;
  return { author, reason, since };
}

function setByText(setBy: SetBy | null): string {
  return setBy === null ? "" : ` ${setBy.author} set the limit at ${time(setBy.since)}: ${setBy.reason}.`;
}

function waitsForTurn(place: QueuePlace): RunWait[] {
  const { throttledUntil: until, throttleLabel, overrides, item } = place;
  const waits: RunWait[] = place.fullSlots.map(({ slot, used, runIds }) => {
    const { label, limit } = slot;
    const setBy = toSetBy(overrideOfSlot(slot, item.functionId, overrides));
    const sentence = `Concurrency limit ${label}: ${used} of ${limit} taken${runsText(runIds)}.${setByText(setBy)}`;
    return { kind: "concurrency", label, limit, used, runIds, setBy, sentence };
  });
  if (until !== null) {
    const label = throttleLabel ?? "";
    const setBy = toSetBy(findOverride(overrides, "throttle"));
    const sentence = `Throttle ${label}: the next start is at ${time(until)}.${setByText(setBy)}`;
    waits.push({ kind: "throttle", label, until, setBy, sentence });
  }
  if (waits.length > 0) return waits;
  const { before, otherLanes } = place;
  const lanes = otherLanes === 0 ? "" : ` and ${otherLanes} other ${otherLanes === 1 ? "lane" : "lanes"} in line`;
  return [
    { kind: "turn", before, otherLanes, sentence: `Its turn: ${before} before it${lanes}; all places are taken.` },
  ];
}

/** The failed attempt that an item is to make good, if the store has it. */
function lastAttempt({ item }: QueuePlace, attempts: readonly AttemptRecord[]): AttemptRecord | undefined {
  return attempts.findLast(
    ({ attempt, stepId, retryAt }) =>
      attempt === item.attempt - 1 && (item.kind === "step" ? stepId === item.stepId : retryAt === item.dueAt),
  );
}

function waitsForTime(place: QueuePlace, steps: readonly StepView[], attempts: readonly AttemptRecord[]): RunWait {
  const { attempt, maxAttempts, dueAt: at, unreachable, suspicion, crashes } = place.item;
  if (unreachable !== null) {
    const { since, tries, error } = unreachable;
    const sentence = `The app cannot be reached since ${time(since)}, next try at ${time(at)}. The last time: ${error}`;
    return { kind: "unreachable", since, at, tries, error, sentence };
  }
  if (suspicion > 0 && crashes === 0) {
    const sentence = `Its app went away in the middle of its call and of others. It is called alone, at ${time(at)} at the latest.`;
    return { kind: "suspect", at, crashes: suspicion, sentence };
  }
  if (attempt === 0) return { kind: "delayed", at, sentence: `It is to begin at ${time(at)}.` };
  const last = lastAttempt(place, attempts);
  const step = steps.find(({ id }) => id === last?.stepId)?.displayName ?? last?.displayName ?? null;
  const error = last === undefined ? null : errorLine(last.error);
  const what = step === null ? "The function" : `Step "${step}"`;
  const failed = error === null ? "" : `${what} failed with ${error}. `;
  const sentence = `${failed}Retry ${attempt} of ${maxAttempts - 1} at ${time(at)}.`;
  return { kind: "retry", step, attempt, maxAttempts, at, error, sentence };
}

/** @param text JSON text of a SerializedError */
function errorLine(text: string): string {
  const { name, message } = JSON.parse(text) as { name?: string; message?: string };
  return `${name ?? "Error"}: ${message ?? ""}`.split("\n", 1)[0] ?? "";
}

/** Items that call no app are over in a moment, or belong to a step that tells more. */
function waitsOfPlace(
  parts: Parts,
  place: QueuePlace,
  steps: readonly StepView[],
  attempts: readonly AttemptRecord[],
): RunWait[] {
  const { item, state, pause } = place;
  if (item.laneId === null) return [];
  if (state === "leased") {
    const what = item.kind === "request" ? "A request for a step" : "A call to its app";
    const sentence = `${what} is under way, attempt ${item.attempt + 1} of ${item.maxAttempts}.`;
    return [{ kind: "calling", attempt: item.attempt, sentence }];
  }
  const fn = parts.registry.functionById(item.functionId);
  const waits: RunWait[] = [];
  if (pause !== null) {
    const { scope, author, reason, at: since } = pause;
    const what = scope === "all" ? "Everything is" : `Its ${scope} is`;
    waits.push({
      kind: "paused",
      scope,
      author,
      reason,
      since,
      sentence: `${what} paused by ${author} since ${time(since)}: ${reason}.`,
    });
  }
  if (fn === null || fn.archivedAt !== null) {
    const functionId = fn?.slug ?? item.functionId;
    const sentence = `No synced app serves function ${functionId} any more: sync the app that has it.`;
    waits.push({ kind: "not-synced", functionId, sentence });
  }
  if (state === "later") waits.push(waitsForTime(place, steps, attempts));
  else if (pause === null) waits.push(...waitsForTurn(place));
  return waits;
}

function detailOf(step: StepView): Record<string, unknown> {
  return step.detail === null ? {} : (JSON.parse(step.detail) as Record<string, unknown>);
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** What an unended step waits for outside of the queue; null for one that has an item in it. */
function waitOfStep(step: StepView): RunWait | null {
  const { displayName: name, wakesAt: until } = step;
  const detail = detailOf(step);
  if (step.status === "Sleeping" && until !== null)
    return { kind: "sleep", step: name, until, sentence: `Step "${name}" sleeps until ${time(until)}.` };
  if (step.status === "Invoking") {
    const [fn, runId] = [text(detail.function) ?? "another function", text(detail.runId)];
    const run = runId === null ? "" : ` (run ${runId})`;
    const sentence = `Step "${name}" waits for ${fn}${run}${untilText(until)}.`;
    return { kind: "invoke", step: name, function: fn, runId, until, sentence };
  }
  if (step.status !== "Waiting") return null;
  const signal = text(detail.signal);
  if (signal !== null) {
    const sentence = `Step "${name}" waits for signal ${signal}${untilText(until)}.`;
    return { kind: "signal", step: name, signal, until, sentence };
  }
  const [event, condition] = [text(detail.event) ?? "", text(detail.condition)];
  const where = condition === null ? "" : ` where ${condition}`;
  const sentence = `Step "${name}" waits for event ${event}${where}${untilText(until)}.`;
  return { kind: "event", step: name, event, condition, until, sentence };
}

/** Empty for a run that has ended. @throws EngineError `run_not_found` */
export async function explainRun(parts: Parts, runId: string): Promise<RunWait[]> {
  const { store, clock } = parts;
  const run = await store.getRun(runId);
  if (run === null) throw new EngineError("run_not_found", `There is no run ${runId}.`);
  if (isEnded(run.status)) return [];
  const [places, records, attempts] = await Promise.all([
    store.listPlaces(runId, clock.now()),
    store.listSteps(runId),
    store.listAttempts(runId),
  ]);
  const steps = viewSteps(run, records, attempts);
  const ofSteps = steps.filter((step) => step.endedAt === null).map(waitOfStep);
  return [
    ...places.flatMap((place) => waitsOfPlace(parts, place, steps, attempts)),
    ...ofSteps.filter((wait): wait is RunWait => wait !== null),
  ];
}
