/** WaitForEvent: the run goes on when an event comes that meets a condition, or when it has waited long enough. */
import type { Operation } from "stepwell/protocol";
import { EngineError } from "../../domain/error.ts";
import { wakePut } from "../../domain/queue/queue-puts.ts";
import { stepWait } from "../../domain/run/wait-records.ts";
import { toWellFormed } from "../../domain/stored-json.ts";
import { conditionEvent } from "../expression/condition.ts";
import { type FilledCondition, fillIn } from "../expression/fill-in.ts";
import { toDeadline } from "./deadline.ts";
import type { ApplyOperation, Draft } from "./draft.ts";
import { pendingStep, raceDetail, stepName } from "./step-record.ts";

function eventNameOf(operation: Operation): string {
  const name = operation.opts?.event || operation.name;
  if (typeof name === "string" && name !== "") return toWellFormed(name);
  throw new EngineError(
    "invalid_request",
    `Step "${stepName(operation)}" waits for an event without a name: expected it in \`name\` or \`opts.event\`.`,
  );
}

/** The condition as its author wrote it; null for none. */
function conditionOf(operation: Operation): string | null {
  const condition = operation.opts?.if;
  if (condition === undefined || condition === null || condition === "") return null;
  if (typeof condition === "string") return toWellFormed(condition);
  throw new EngineError(
    "invalid_expression",
    `Step "${stepName(operation)}": \`if\` must be a text, got ${typeof condition}.`,
  );
}

function fill(
  draft: Draft,
  condition: string | null,
): Omit<FilledCondition, "condition"> & { condition: string | null } {
  if (condition === null) return { condition: null, path: "", value: "" };
  const [first] = draft.execution.events;
  return fillIn(condition, first === undefined ? {} : conditionEvent(first));
}

/**
 * Events that this run has had already, of those received in this very millisecond: the ones that started it, and those that
 * ended a wait just now.
 */
function knownEvents({ execution, now }: Draft): string[] {
  const ended = execution.ended.filter(({ op, endedAt }) => op === "WaitForEvent" && endedAt === now);
  const ids = ended.map(({ detail }) => (JSON.parse(detail ?? "{}") as { eventId?: string }).eventId ?? "");
  return [...execution.run.eventIds, ...ids];
}

export const waitForEvent: ApplyOperation = (draft, operation) => {
  const { now, limits, execution } = draft;
  const name = eventNameOf(operation);
  const written = conditionOf(operation);
  const text = String(operation.opts?.timeout ?? "") || "0";
  const expiresAt = toDeadline(operation, text, { now, mostMs: limits.sleepMaxMs, verb: "waits" });
  const wait = stepWait(execution.run, operation.id, { kind: "event", name, ...fill(draft, written), expiresAt, now });
  const detail = { event: name, ...(written === null ? {} : { condition: written }), ...raceDetail(operation) };
  draft.plans.push({
    step: { ...pendingStep(draft, operation, "Waiting", expiresAt), detail: JSON.stringify(detail) },
    item: wakePut(execution.run, operation.id, expiresAt, { awaited: { event: name, until: expiresAt } }),
    waits: [{ wait, lookBack: { since: now, ignoredEventIds: knownEvents(draft) } }],
  });
};
