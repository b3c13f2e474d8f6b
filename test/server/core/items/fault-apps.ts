/** The functions of the fault programs: one for each kind of durable state, as scripts, and a witness of their calls. */
import type { Operation } from "stepwell/protocol";
import type { Transition } from "../../../../server/src/domain/transition.ts";
import type { Clock } from "../../../../server/src/ports/clock.ts";
import { functionConfig } from "../../../helpers/core-engine.ts";
import {
  operations,
  result,
  type Script,
  type ScriptedCall,
  stepPlanned,
  stepRun,
} from "../../../helpers/scripted-caller.ts";

export const kinds = [
  "plain",
  "parallel",
  "event",
  "signal",
  "parent",
  "cancelled",
  "keyed",
  "whole",
  "throttled",
  "rated",
  "skipping",
  "replacing",
  "debounced",
  "batched",
  "timed",
] as const;
export type Kind = (typeof kinds)[number];

/** What each event carries: its number, and a key. */
export interface Sent {
  n: number;
  k: number;
}

export const limits = { keyed: 2, whole: 1, rated: 2, batched: 3 };
export const ratedMs = 30_000;
export const throttleMs = 5_000;

const key = "event.data.k";
const flows: Partial<Record<Kind, Record<string, unknown>>> = {
  cancelled: { cancel: [{ event: "test/stop", if: `async.data.k == ${key}` }] },
  keyed: { concurrency: { limit: limits.keyed, key } },
  whole: { concurrency: { fn: [{ limit: limits.whole }] } },
  throttled: { throttle: { limit: 2, period: "10s" } },
  rated: { rateLimit: { limit: limits.rated, period: "30s" } },
  skipping: { singleton: { mode: "skip" } },
  replacing: { singleton: { mode: "cancel", key } },
  debounced: { debounce: { period: "5s", timeout: "20s" } },
  batched: { batchEvents: { maxSize: limits.batched, timeout: "5s" } },
  timed: { timeouts: { finish: "15s" } },
};

export const configs: Record<string, unknown>[] = [...kinds, "child"].map((kind) =>
  functionConfig(`app-${kind}`, { retries: 20, triggers: [{ event: `test/${kind}` }], ...flows[kind as Kind] }),
);

const waits: Partial<Record<Kind, (sent: Sent) => Operation>> = {
  event: ({ k }) => ({
    op: "WaitForEvent",
    id: "w",
    name: "test/go",
    displayName: "w",
    opts: { timeout: "1h", if: `async.data.k == ${k}` },
  }),
  signal: ({ n }) => ({
    op: "WaitForSignal",
    id: "w",
    name: `s${n}`,
    displayName: "w",
    opts: { signal: `s${n}`, timeout: "1h" },
  }),
  parent: ({ n }) => ({
    op: "InvokeFunction",
    id: "w",
    displayName: "w",
    opts: { function_id: "app-child", payload: { data: { n, k: 0 } }, timeout: "30d" },
  }),
  cancelled: () => ({ op: "Sleep", id: "w", name: "20s" }),
  timed: () => ({ op: "Sleep", id: "w", name: "2m" }),
  plain: () => ({ op: "Sleep", id: "w", name: "3s" }),
};

/** Sees every call and every write, and notes what must not happen. */
export class Witness {
  readonly broken: string[] = [];
  readonly #stored = new Set<string>();
  /** Whose calls may not begin. */
  readonly paused = new Set<string>();
  /** Steps that ran in this life of the engine. */
  #ran = new Set<string>();
  readonly #storeFails: boolean;
  /** Calls under way of this life of the engine, and runs that have begun, by what limits them. */
  #calling = new Map<string, number>();
  readonly #begun = new Map<string, Set<string>>();

  /** `storeFails`: whether answers may be lost, and their steps run again. */
  constructor(storeFails: boolean) {
    this.#storeFails = storeFails;
  }

  wrote({ ends, run }: Transition): void {
    for (const { step } of ends ?? []) this.#stored.add(`${step.runId} ${step.id}`);
    if (run?.end !== undefined) for (const runs of this.#begun.values()) runs.delete(run.runId);
  }

  /** The step runs now. */
  ran(call: ScriptedCall, step: string): void {
    const id = `${call.body.ctx.run_id} ${step}`;
    if (this.#stored.has(id)) this.broken.push(`step ${id} ran again although its result was stored`);
    if (this.#ran.has(id) && !this.#storeFails) this.broken.push(`step ${id} ran twice in one life of the engine`);
    this.#ran.add(id);
  }

  enter(limit: string, most: number, runId: string | null): void {
    if (runId !== null) {
      const runs = this.#begun.get(limit) ?? new Set();
      this.#begun.set(limit, runs.add(runId));
      if (runs.size > most) this.broken.push(`${runs.size} runs of ${limit} are open: ${[...runs].join(" ")}`);
      return;
    }
    const now = (this.#calling.get(limit) ?? 0) + 1;
    this.#calling.set(limit, now);
    if (now > most) this.broken.push(`${now} calls of ${limit} at once`);
  }

  leave(limit: string): void {
    this.#calling.set(limit, (this.#calling.get(limit) ?? 0) - 1);
  }

  /** The engine has died; nobody waits for its calls any more. */
  died(): void {
    this.#calling = new Map();
    this.#ran = new Set();
  }
}

/** `clock` of this life of the engine. */
export function createScripts(witness: Witness, clock: Clock): Record<string, Script> {
  const takeTime = (ms: number): Promise<void> =>
    ms === 0 ? Promise.resolve() : new Promise((resolve) => void clock.setTimer(clock.now() + ms, resolve));

  const body = (kind: Kind | "child", call: ScriptedCall): Operation[] | null => {
    const { steps, event, events } = call.body;
    const sent = event.data as unknown as Sent;
    const step = (id: string, data: unknown): Operation[] => {
      witness.ran(call, id);
      return [stepRun(id, data)];
    };
    if (kind === "parallel") {
      if (call.stepId !== "step") return step(call.stepId, `${call.stepId}${sent.n}`);
      const missing = ["p", "q", "r"].filter((id) => !(id in steps));
      return missing.length === 0 ? null : missing.map((id) => stepPlanned(id));
    }
    if (!("a" in steps)) {
      const isUnlucky = call.body.ctx.attempt === 0 && sent.n % 4 === 3;
      if (isUnlucky)
        return [{ op: "StepError", id: "a", displayName: "a", error: { name: "Error", message: "again" } }];
      return step(
        "a",
        events.map(({ data }) => (data as unknown as Sent).n),
      );
    }
    const wait = kind === "child" ? undefined : waits[kind];
    if (wait !== undefined && !("w" in steps)) return [wait(sent)];
    return "b" in steps ? null : step("b", `b${sent.n}`);
  };

  const script =
    (kind: Kind | "child"): Script =>
    async (call) => {
      const { n, k } = call.body.event.data as unknown as Sent;
      if (witness.paused.has(`app-${kind}`)) witness.broken.push(`${kind} was called while it was paused`);
      const slot = kind === "keyed" ? `keyed ${k}` : kind === "skipping" ? kind : null;
      if (kind === "whole") witness.enter(kind, limits.whole, call.body.ctx.run_id);
      if (slot !== null) witness.enter(slot, kind === "keyed" ? limits.keyed : 1, null);
      // Now and then longer than a lease.
      await takeTime(n % 7 === 6 ? 45_000 : (n % 3) * 700);
      if (slot !== null) witness.leave(slot);
      const answer = body(kind, call);
      return answer === null ? result({ n, w: call.body.steps.w ?? null }) : operations(answer);
    };
  return Object.fromEntries([...kinds, "child" as const].map((kind) => [`app-${kind}`, script(kind)]));
}
