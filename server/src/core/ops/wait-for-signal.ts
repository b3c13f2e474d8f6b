/** WaitForSignal: the run goes on when someone sends the signal. Only one run at a time waits for a signal. */
import type { Operation } from "stepwell/protocol";
import { EngineError } from "../../domain/error.ts";
import { wakePut } from "../../domain/queue/queue-puts.ts";
import { stepWait, yearMs } from "../../domain/run/wait-records.ts";
import { toWellFormed } from "../../domain/stored-json.ts";
import { toWord } from "../wire/spelling.ts";
import { toDeadline } from "./deadline.ts";
import type { ApplyOperation } from "./draft.ts";
import { pendingStep, raceDetail, stepName } from "./step-record.ts";

/** What a run that asks for a signal of another one fails with. */
export const signalConflict = {
  name: "SignalConflictError",
  message: "Signal conflict; signal wait already exists for another run",
} as const;

function invalid(operation: Operation, problem: string): EngineError {
  return new EngineError("invalid_request", `Step "${stepName(operation)}" ${problem}`);
}

function conflictOf(operation: Operation): "fail" | "replace" {
  const conflict = toWord(operation.opts?.conflict ?? "fail", ["fail", "replace"]);
  if (conflict === "fail" || conflict === "replace" || conflict === "") return conflict || "fail";
  throw invalid(operation, `has \`conflict\` ${JSON.stringify(conflict)}: expected "fail" or "replace".`);
}

export const waitForSignal: ApplyOperation = (draft, operation) => {
  const { now, limits, execution } = draft;
  const signal = operation.opts?.signal || operation.name;
  if (typeof signal !== "string" || signal === "")
    throw invalid(operation, "waits for a signal without a name: expected it in `opts.signal`.");
  const name = toWellFormed(signal);
  const conflict = conflictOf(operation);
  const waiting = draft.plans.some(({ waits }) =>
    waits?.some(({ wait }) => wait.kind === "signal" && wait.name === name),
  );
  if (waiting) throw invalid(operation, `waits for the signal "${name}", and so does another step of this run.`);
  const text = String(operation.opts?.timeout ?? "");
  const options = { now, mostMs: limits.sleepMaxMs, verb: "waits" };
  const expiresAt = text === "" ? now + yearMs : toDeadline(operation, text, options);
  const wait = stepWait(execution.run, operation.id, { kind: "signal", name, expiresAt, now });
  draft.plans.push({
    step: {
      ...pendingStep(draft, operation, "Waiting", expiresAt),
      detail: JSON.stringify({ signal: name, conflict, ...raceDetail(operation) }),
    },
    item: wakePut(execution.run, operation.id, expiresAt),
    waits: [{ wait, conflict }],
  });
};
