/** What simulated apps answer with: operations of each kind of step, results and failures. Called by simulated-app. */
import type { Operation, SerializedError } from "stepwell/protocol";
import { type Answer, noAdvice } from "../domain/answer.ts";
import type { NextStep } from "./programs/walk.ts";

export function operationsAnswer(operations: Operation[], requestVersion: number): Answer {
  return { kind: "operations", operations, requestVersion, retry: noAdvice };
}

export function resultAnswer(value: unknown, requestVersion: number): Answer {
  return { kind: "result", output: JSON.stringify(value), requestVersion };
}

/** The function threw. */
export function failureAnswer(error: SerializedError, noRetry: boolean, requestVersion: number): Answer {
  return { kind: "failure", error, requestVersion, retry: { ...noAdvice, noRetry: noRetry ? true : null } };
}

const failedCall = { kind: "failure", requestVersion: null, retry: noAdvice } as const;

/** As transport says it of an app that went away in the middle of a call. */
export const crashedAnswer: Answer = {
  ...failedCall,
  error: { name: "CallError", code: "connection_reset", message: "Your server reset the connection." },
  crashed: true,
};

/** As transport says it of an app that is not there. */
export const unreachedAnswer: Answer = {
  ...failedCall,
  error: { name: "CallError", code: "unreachable", message: "Unable to reach SDK URL: connection refused." },
  unreached: "down",
};

/** As transport says it of an answer that got lost on its way. */
export const lostAnswer: Answer = {
  ...failedCall,
  error: { name: "CallError", code: "timeout", message: "The connection to your server was lost." },
};

/** The signal that a run's step waits for: two runs with one key ask for the same. */
export function signalName(slug: string, stepId: string, k: number): string {
  return `${slug}:${stepId}:${k}`;
}

/** How a step is reported that is not run at once. */
export function toOperation({ step, isRace }: NextStep, slug: string, event: { n: number; k: number }): Operation {
  const race = isRace ? { parallelMode: "race" } : {};
  const base = { id: step.id, displayName: step.id };
  switch (step.kind) {
    case "run":
      return { ...base, op: "StepPlanned", name: step.id, opts: race };
    case "sleep":
      return { ...base, op: "Sleep", name: `${step.seconds}s`, opts: race };
    case "wait":
      return {
        ...base,
        op: "WaitForEvent",
        name: step.event,
        opts: { ...race, timeout: `${step.timeoutSeconds}s`, if: `async.data.k == ${event.k}` },
      };
    case "signal": {
      const signal = signalName(slug, step.id, event.k);
      const conflict = step.replaces ? "replace" : "fail";
      return {
        ...base,
        op: "WaitForSignal",
        name: signal,
        opts: { ...race, signal, conflict, timeout: `${step.timeoutSeconds}s` },
      };
    }
    case "invoke":
      return {
        ...base,
        op: "InvokeFunction",
        opts: { ...race, function_id: step.slug, payload: { data: { ...event } }, timeout: `${step.timeoutSeconds}s` },
      };
    case "fetch":
      return { ...base, op: "Gateway", opts: { ...race, url: "http://elsewhere.test/", method: "GET" } };
  }
}
