/**
 * A small engine in memory: carries a function from its first call to its end, as a real engine would,
 * completing parallel steps in an order of the test's choosing. Used by the execution tests.
 */
import type { ExecutionInput, Outcome } from "../../src/execution/index.ts";
import { execute } from "../../src/execution/index.ts";
import type { Handler } from "../../src/function/index.ts";
import type { MemoizedStep, Operation } from "../../src/protocol/index.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export interface CallOverrides extends Partial<Omit<ExecutionInput, "handler" | "context">> {
  context?: Partial<ExecutionInput["context"]>;
}

/** One call with everything defaulted. */
export function callOnce(handler: Handler, overrides: CallOverrides = {}): Promise<Outcome> {
  const event = { name: "test/event", data: {}, id: "1", ts: 1 };
  const { context, ...rest } = overrides;
  return execute({
    handler,
    context: { event, events: [event], runId: "run", attempt: 0, logger: silent, ...context },
    steps: {},
    order: [],
    requestedStepId: null,
    disableImmediateExecution: false,
    client: {},
    env: {
      appId: "app",
      clientId: "app",
      send: async () => ({ ids: [] }),
      sendSignal: async () => ({}),
    },
    pipeline: null,
    checkpoints: null,
    backoff: null,
    now: () => 1_700_000_000_000,
    ...rest,
  });
}

export interface Simulation {
  outcome: Outcome;
  /** Ids of completed steps, as their author wrote them, in order. */
  completed: string[];
}

/** @param pick chooses which of the steps that are under way completes next. Every completion is followed by a discovery. */
export async function simulateRun(handler: Handler, pick: (pending: Operation[]) => number): Promise<Simulation> {
  const steps: Record<string, MemoizedStep> = {};
  const order: string[] = [];
  const completed: string[] = [];
  const pending = new Map<string, Operation>();
  const save = (operation: Operation): void => {
    pending.delete(operation.id);
    steps[operation.id] =
      operation.op === "StepFailed" && operation.error ? { error: operation.error } : { data: operation.data };
    order.push(operation.id);
    completed.push(operation.userland?.id ?? "");
  };
  for (let calls = 0; calls < 500; calls++) {
    const disableImmediateExecution = pending.size > 0;
    const outcome = await callOnce(handler, { steps, order, disableImmediateExecution });
    if (outcome.type === "step-ran") save(outcome.operation);
    else if (outcome.type === "steps-found")
      for (const operation of outcome.operations) pending.set(operation.id, operation);
    else return { outcome, completed };
    if (outcome.type === "step-ran" || pending.size === 0) continue;
    const list = [...pending.values()];
    const chosen = list[pick(list) % list.length] as Operation;
    if (chosen.op === "Sleep") {
      save({ ...chosen, data: null });
      continue;
    }
    const ran = await callOnce(handler, { steps, order, requestedStepId: chosen.id, disableImmediateExecution: true });
    if (ran.type !== "step-ran") throw new Error(`expected step ${chosen.name} to run, but got ${ran.type}`);
    save(ran.operation);
  }
  throw new Error("the run did not end");
}
