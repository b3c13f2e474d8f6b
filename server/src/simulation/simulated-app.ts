/**
 * The app of a world: carries out programs when it is called, over a network that loses, delays and doubles what it carries. It
 * crashes, and is away for a while. It outlives the engines that call it. Made by run-seed.
 */
import { type CallRequest, discoveryStepId, type Operation } from "stepwell/protocol";
import type { Answer } from "../domain/answer.ts";
import type { LogLine } from "../domain/run/run-log.ts";
import type { SdkCall, SdkCaller } from "../ports/sdk-caller.ts";
import {
  crashedAnswer,
  failureAnswer,
  lostAnswer,
  operationsAnswer,
  resultAnswer,
  toOperation,
  unreachedAnswer,
} from "./answers.ts";
import type { Draw } from "./draw.ts";
import type { Profile } from "./profile.ts";
import type { SimulatedFunction } from "./programs/draw-functions.ts";
import type { RunStep } from "./programs/program.ts";
import { type NextStep, type Walked, walk } from "./programs/walk.ts";
import type { Requests } from "./requests.ts";
import type { Scheduler } from "./scheduler.ts";
import type { EventData, Senders } from "./senders.ts";
import type { Life } from "./simulated-engine.ts";

/** A call as the app received it. */
export interface AppCall {
  life: Life;
  fn: SimulatedFunction;
  runId: string;
  itemId: string;
  fence: number;
  /** `step`, or the id of a planned step. */
  stepId: string;
  body: CallRequest;
  event: EventData;
}

/** Sees what reaches the app and what runs there. */
export interface AppWitness {
  callBegan(call: AppCall): void;
  callEnded(call: AppCall): void;
  stepRan(call: AppCall, stepId: string): void;
}

export interface SimulatedAppOptions {
  scheduler: Scheduler;
  draw: Draw;
  profile: Profile;
  faults: () => boolean;
  requests: Requests;
  senders: Senders;
  witness: AppWitness;
  functions: readonly SimulatedFunction[];
  /** Format of its answers: apps of format 1 are called after each parallel step. */
  requestVersion: number;
}

/** How many answers carry what a function logged, and how many results metadata. */
const loggingShare = 0.2;
const metadataShare = 0.1;

const never = new Promise<never>(() => undefined);
/** How long an app with nothing to do lets its steps wait to be saved, in steps. */
const savedAtOnce = 2;
/** More than a lease holds, in milliseconds. */
const lateMs = [20_000, 80_000] as const;

export class SimulatedApp {
  readonly #options: SimulatedAppOptions;
  readonly #functions: ReadonlyMap<string, SimulatedFunction>;
  /** What those hear who wait for an answer when it crashes. */
  readonly #underWay = new Map<AppCall, () => void>();
  /** Waits that somebody was told of. */
  readonly #answered = new Set<string>();
  #processes = 0;
  #upAt = 0;
  #executions = 0;
  #lines = 0;

  constructor(options: SimulatedAppOptions) {
    this.#options = options;
    this.#functions = new Map(options.functions.map((fn) => [fn.slug, fn]));
  }

  /** Everything that is under way there is lost; it is back after `ms`. */
  crash(ms: number): void {
    this.#processes += 1;
    this.#upAt = this.#options.scheduler.time + ms;
    for (const [call, hear] of this.#underWay) {
      this.#options.witness.callEnded(call);
      hear();
    }
    this.#underWay.clear();
  }

  /** The way to it from one life of an engine. */
  callerFor(life: Life): SdkCaller {
    return {
      call: (call, signal) => this.#call(life, call, signal),
      sync: async (url) => ({ kind: "failed", code: "unreachable", message: `${url} registers by itself` }),
      probe: async () => this.#upAt <= this.#options.scheduler.time,
      close: async () => undefined,
    };
  }

  #goesWrong(share: number): boolean {
    return this.#options.faults() && this.#options.draw.chance(share);
  }

  #call(life: Life, call: SdkCall, signal: AbortSignal): Promise<Answer> {
    const { scheduler, draw, profile } = this.#options;
    const name = `call ${call.jobId}#${call.generationId}`;
    return new Promise((resolve, reject) => {
      const hangUp = (): void => reject(new Error("The call was aborted"));
      if (signal.aborted) {
        hangUp();
        return;
      }
      signal.addEventListener(
        "abort",
        () => void scheduler.add({ owner: life, label: `${name} is given up`, run: hangUp }),
      );
      const hear = (answer: Answer, delayMs: number): void => {
        const run = (): void => resolve(answer);
        scheduler.add({ at: scheduler.time + delayMs, owner: life, label: `${name} is answered: ${answer.kind}`, run });
      };
      const deliver = (): void => {
        if (!signal.aborted) this.#receive(life, call, hear);
      };
      const times = this.#goesWrong(profile.callsDoubled) ? 2 : 1;
      for (let time = 0; time < times; time++) {
        const at = scheduler.time + (draw.chance(0.6) ? 0 : draw.int(1, 30));
        scheduler.add({ at, owner: null, label: `${name} arrives`, run: deliver });
      }
    });
  }

  #receive(life: Life, call: SdkCall, hear: (answer: Answer, delayMs: number) => void): void {
    const { scheduler, witness, profile, draw } = this.#options;
    if (this.#upAt > scheduler.time) {
      hear(unreachedAnswer, 0);
      return;
    }
    const received = this.#read(life, call);
    const process = this.#processes;
    witness.callBegan(received);
    this.#underWay.set(received, () => hear(crashedAnswer, 0));
    void this.#answer(received, process).then((given) => {
      const answer = this.#withLog(given);
      if (process !== this.#processes) return;
      this.#underWay.delete(received);
      witness.callEnded(received);
      if (this.#goesWrong(profile.answersLost)) hear(lostAnswer, draw.int(0, 5000));
      else if (this.#goesWrong(profile.answersLate)) hear(answer, draw.int(...lateMs));
      else hear(answer, draw.chance(0.7) ? 0 : draw.int(1, 50));
    });
  }

  /** What a function logs travels with its answer: no two lines are the same, so that one that is kept twice is seen. */
  #withLog(answer: Answer): Answer {
    const { draw, scheduler } = this.#options;
    if (!draw.chance(loggingShare)) return answer;
    const line = (): LogLine => ({
      ...{ at: scheduler.now(), level: draw.pick(["info", "warn"]), stepId: null, stepName: null, fields: null },
      text: `line ${++this.#lines}`,
    });
    return { ...answer, logs: { lines: Array.from({ length: draw.int(1, 3) }, line), leftOut: 0 } };
  }

  #read(life: Life, call: SdkCall): AppCall {
    const body = JSON.parse(call.body) as CallRequest;
    const slug = new URL(call.url).searchParams.get("fnId") ?? "";
    const fn = this.#functions.get(slug);
    if (fn === undefined) throw new Error(`There is no function ${slug} in this world`);
    const { n = 0, k = 0 } = (body.event.data ?? {}) as Partial<EventData>;
    const { runId, jobId: itemId, generationId: fence, stepId } = call;
    return { life, fn, runId, itemId, fence, stepId, body, event: { n, k } };
  }

  /** Never resolves when the process has died meanwhile. */
  async #pause(ms: number, process: number): Promise<void> {
    if (ms > 0) await this.#options.scheduler.sleep(ms, "an app works");
    if (process !== this.#processes) await never;
  }

  async #answer(call: AppCall, process: number): Promise<Answer> {
    const { fn, body } = call;
    const memos = new Map(Object.entries(body.steps));
    const order = [...(body.ctx.stack.stack ?? [])];
    let unsaved: Operation[] = [];
    const say = (operations: Operation[]): Answer => operationsAnswer(operations, this.#options.requestVersion);
    for (;;) {
      const walked = walk(fn.program.nodes, memos, order);
      if (call.stepId !== discoveryStepId) return this.#answerNamed(call, walked, process);
      if (walked.kind !== "next") return unsaved.length > 0 ? say(unsaved) : this.#answerEnd(call, walked);
      const alone = this.#runsAtOnce(call, walked.steps);
      if (alone === null) {
        this.#beAnswered(call, walked.steps);
        return say([...unsaved, ...walked.steps.map((next) => toOperation(next, fn.slug, call.event))]);
      }
      const operation = await this.#run(call, alone, process);
      if (operation.op !== "StepRun" || !fn.program.checkpoints) return say([...unsaved, operation]);
      memos.set(alone.id, { type: "data", data: operation.data });
      order.push(alone.id);
      unsaved.push(operation);
      if (unsaved.length < savedAtOnce) continue;
      if (!(await this.#save(call, unsaved))) return say(unsaved);
      await this.#pause(0, process);
      unsaved = [];
    }
  }

  /** Somebody hears that a run waits, at the same moment as the engine, and sends what it waits for. */
  #beAnswered(call: AppCall, steps: readonly NextStep[]): void {
    const { scheduler, draw, senders } = this.#options;
    for (const { step } of steps) {
      const id = `${call.runId}/${step.id}/answer`;
      if (step.kind !== "wait" || !step.isAnswered || this.#answered.has(id)) continue;
      this.#answered.add(id);
      const run = (): void => void senders.send(step.event, [call.event.k], { id });
      scheduler.add({
        at: scheduler.time + draw.int(0, 30),
        owner: null,
        label: `${step.event} is sent in answer`,
        run,
      });
    }
  }

  /** The only step that comes next, when the app may run it in the call that found it. */
  #runsAtOnce({ body }: AppCall, steps: readonly NextStep[]): RunStep | null {
    const [first] = steps;
    if (steps.length !== 1 || first === undefined || body.ctx.disable_immediate_execution) return null;
    return first.step.kind === "run" && !first.isRace ? first.step : null;
  }

  /** A call for one planned step. */
  async #answerNamed(call: AppCall, walked: Walked, process: number): Promise<Answer> {
    const { requestVersion } = this.#options;
    const next = walked.kind === "next" ? walked.steps.find(({ step }) => step.id === call.stepId) : undefined;
    if (next?.step.kind === "run") {
      const operation = await this.#run(call, next.step, process);
      return operationsAnswer(
        [next.isRace ? { ...operation, opts: { parallelMode: "race" } } : operation],
        requestVersion,
      );
    }
    if (walked.kind !== "next") return this.#answerEnd(call, walked);
    return operationsAnswer([{ op: "None", id: call.stepId }], requestVersion);
  }

  #answerEnd({ fn, body, event }: AppCall, walked: Exclude<Walked, { kind: "next" }>): Answer {
    const { requestVersion } = this.#options;
    if (walked.kind === "failed") return failureAnswer(walked.error, true, requestVersion);
    if (body.ctx.attempt < fn.program.bodyFailures)
      return failureAnswer({ name: "Error", message: "thrown at the end" }, false, requestVersion);
    return resultAnswer({ ...event }, requestVersion);
  }

  async #run(call: AppCall, step: RunStep, process: number): Promise<Operation> {
    const { senders, witness } = this.#options;
    witness.stepRan(call, step.id);
    // No two executions give the same, so that nobody can take one for another.
    const data = `${step.id}/${++this.#executions}`;
    await this.#pause(step.ms, process);
    const base = { id: step.id, displayName: step.id };
    if (call.body.ctx.attempt < step.failures) {
      const error = { name: "Error", message: `${step.id} failed`, ...(step.isFatal ? { noRetry: true } : {}) };
      return { ...base, op: "StepError", error };
    }
    if (step.sends !== null) {
      await senders.send(step.sends, [call.event.k], { id: `${call.runId}/${step.id}` });
      await this.#pause(0, process);
    }
    const metadata = [{ kind: "executions", op: "merge", scope: "run", values: { [step.id]: data } }];
    return { ...base, op: "StepRun", data, ...(this.#options.draw.chance(metadataShare) && { metadata }) };
  }

  /** Whether steps that have run were saved. */
  async #save(call: AppCall, steps: Operation[]): Promise<boolean> {
    const { requests } = this.#options;
    const { ctx } = call.body;
    const body = { run_id: call.runId, qi_id: ctx.qi_id, generation_id: ctx.generation_id, steps };
    try {
      await requests.once(`checkpoint of ${call.runId}`, (engine) => engine.checkpoint(call.runId, body));
      return true;
    } catch {
      return false;
    }
  }
}
