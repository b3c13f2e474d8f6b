/**
 * Sees what apps see: what a call says of the past must be what was stored, nothing stored runs again, nothing is called that has
 * ended, and no limit is exceeded there either.
 */
import type { MemoizedStep } from "stepwell/protocol";
import type { SimulatedFunction } from "../programs/draw-functions.ts";
import { type ProgramStep, stepsOf } from "../programs/program.ts";
import type { Scheduler } from "../scheduler.ts";
import type { AppCall, AppWitness } from "../simulated-app.ts";
import type { KnownRuns } from "./known-runs.ts";
import type { Leases } from "./leases.ts";
import type { Violations } from "./violations.ts";

export interface AppCallsOptions {
  violations: Violations;
  known: KnownRuns;
  leases: Leases;
  scheduler: Scheduler;
  /** Whether a step may run more than once for an attempt through no fault of the engine. */
  repeats: boolean;
}

export class AppCalls implements AppWitness {
  readonly #options: AppCallsOptions;
  readonly #underWay = new Set<AppCall>();
  /** Place in the order of writes from which on a run must not be called any more. */
  readonly #cancelled = new Map<string, number>();
  /** By run and step, what a call said first. */
  readonly #seen = new Map<string, string>();
  readonly #ran = new Set<string>();
  /** By run and step, when an app said first that it sleeps. */
  readonly #began = new Map<string, number>();
  calls = 0;
  stepsRun = 0;

  constructor(options: AppCallsOptions) {
    this.#options = options;
  }

  /** An engine has said that the run is cancelled. */
  cancelled(runId: string): void {
    if (!this.#cancelled.has(runId)) this.#cancelled.set(runId, this.#options.known.order);
  }

  callBegan(call: AppCall): void {
    this.calls += 1;
    this.#underWay.add(call);
    this.#checkEnded(call);
    for (const [id, memo] of Object.entries(call.body.steps)) this.#checkMemo(call, id, memo);
    this.#checkConcurrency(call);
    this.#noteSleeps(call);
  }

  callEnded(call: AppCall): void {
    this.#underWay.delete(call);
  }

  stepRan(call: AppCall, stepId: string): void {
    const { known, leases, violations, repeats } = this.#options;
    this.stepsRun += 1;
    const memo = known.runs.get(call.runId)?.steps.get(stepId) ?? null;
    const lease = leases.held.get(call.itemId);
    const isCurrent = lease?.item.fence === call.fence && lease.life === call.life;
    if (memo !== null && call.body.steps[stepId] === undefined && isCurrent && this.#endedBefore(call, stepId))
      violations.add(
        "a result is memoized once",
        `step ${stepId} of run ${call.runId} ran although its result was stored`,
      );
    const id = `${call.runId} ${stepId} ${call.itemId} ${call.body.ctx.attempt}`;
    if (this.#ran.has(id) && !repeats)
      violations.add("a result is memoized once", `step ${stepId} of run ${call.runId} ran twice in one attempt`);
    this.#ran.add(id);
  }

  /** Whether the step's result was stored when the lease under which it runs was granted. */
  #endedBefore(call: AppCall, stepId: string): boolean {
    const grantedAt = this.#options.leases.held.get(call.itemId)?.grantedAt ?? 0;
    return (this.#options.known.endedAt(call.runId, stepId) ?? Number.POSITIVE_INFINITY) < grantedAt;
  }

  #checkEnded(call: AppCall): void {
    const { known, violations, leases } = this.#options;
    const lease = leases.held.get(call.itemId);
    const run = known.runs.get(call.runId);
    const cancelledAt = this.#cancelled.get(call.runId);
    if (run === undefined || run.ended === null) return;
    const isLate = lease?.item.fence === call.fence;
    if (isLate || cancelledAt !== undefined)
      violations.add("nothing runs after its end", `run ${call.runId} was called after it had ended (${run.ended})`);
  }

  #checkMemo(call: AppCall, stepId: string, memo: MemoizedStep): void {
    if (memo !== null && typeof memo === "object" && "input" in memo) return;
    const { known, violations } = this.#options;
    const id = `${call.runId} ${stepId}`;
    const text = JSON.stringify(memo);
    const stored = known.runs.get(call.runId)?.steps.get(stepId) ?? null;
    const first = this.#seen.get(id) ?? (stored === null ? text : JSON.stringify(JSON.parse(stored)));
    this.#seen.set(id, first);
    if (first !== text)
      violations.add("a result is memoized once", `step ${stepId} of run ${call.runId} was ${first} and is ${text}`);
    this.#checkSleep(call, stepId);
  }

  #checkSleep(call: AppCall, stepId: string): void {
    const { scheduler, violations } = this.#options;
    const began = this.#began.get(`${call.runId} ${stepId}`);
    const step = stepOf(call.fn, stepId);
    if (began === undefined || step?.kind !== "sleep") return;
    const sleptMs = scheduler.now() - began + scheduler.setBackMs;
    if (sleptMs < step.seconds * 1000)
      violations.add(
        "no timer fires early",
        `sleep ${stepId} of run ${call.runId} ended after ${sleptMs} ms of ${step.seconds} s`,
      );
  }

  /** A call is the first that can ask for a sleep that is not remembered. One that comes late asks for what is planned already. */
  #noteSleeps({ fn, runId, body }: AppCall): void {
    const planned = this.#options.known.runs.get(runId)?.steps;
    for (const step of stepsOf(fn.program.nodes)) {
      const id = `${runId} ${step.id}`;
      if (
        step.kind === "sleep" &&
        planned?.has(step.id) === false &&
        body.steps[step.id] === undefined &&
        !this.#began.has(id) &&
        isNext(fn, step, body.steps)
      )
        this.#began.set(id, this.#options.scheduler.now());
    }
  }

  /** Calls that apps carry out under leases that hold. Those of engines that are dead or stand still count nowhere. */
  #checkConcurrency({ fn, event }: AppCall): void {
    const limit = plainLimitOf(fn);
    // To a limit, no key and the key 0 are two; here they are one.
    if (limit === null || (limit.isKeyed && event.k === 0)) return;
    const { leases, scheduler, violations } = this.#options;
    const items = new Set<string>();
    for (const call of this.#underWay) {
      const lease = leases.held.get(call.itemId);
      const holds =
        lease !== undefined && lease.item.fence === call.fence && lease.until > scheduler.now() && call.life.alive;
      if (call.fn === fn && holds && (!limit.isKeyed || call.event.k === event.k)) items.add(call.itemId);
    }
    if (items.size > limit.limit)
      violations.add(
        "no limit is exceeded",
        `${items.size} calls of ${fn.slug} at its app at once, the most is ${limit.limit}: ${[...items].join(" ")}`,
      );
  }
}

function stepOf(fn: SimulatedFunction, stepId: string): ProgramStep | undefined {
  return stepsOf(fn.program.nodes).find(({ id }) => id === stepId);
}

/** Whether a step stands first in its program, so that any call without its memo asks for it. */
function isNext(fn: SimulatedFunction, step: ProgramStep, memos: Record<string, unknown>): boolean {
  const index = fn.program.nodes.indexOf(step);
  return index >= 0 && fn.program.nodes.slice(0, index).every((node) => "id" in node && memos[node.id] !== undefined);
}

/** The limit of a function with one that is its own. */
function plainLimitOf({ options }: SimulatedFunction): { limit: number; isKeyed: boolean } | null {
  const concurrency = options["concurrency"] as { limit?: unknown; key?: unknown } | undefined;
  if (typeof concurrency?.limit !== "number") return null;
  return { limit: concurrency.limit, isKeyed: concurrency.key !== undefined };
}
