/**
 * What clients and operators do in a world: a list of deeds with their times, drawn from a seed, that uses every feature. Each deed
 * goes on until it has an answer, while the world moves on. Run by run-seed.
 */
import type { Engine } from "../core/engine.ts";
import { isEngineError } from "../domain/error.ts";
import type { RunStatus } from "../domain/run/run.ts";
import { signalName } from "./answers.ts";
import type { Draw } from "./draw.ts";
import { appName, type SimulatedFunction, toRegistration } from "./programs/draw-functions.ts";
import { stepsOf } from "./programs/program.ts";
import type { Requests } from "./requests.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Senders } from "./senders.ts";

export interface WorkloadOptions {
  scheduler: Scheduler;
  draw: Draw;
  requests: Requests;
  senders: Senders;
  functions: readonly SimulatedFunction[];
  /** An engine has said that it cancelled the run. */
  cancelled(runId: string): void;
  /** As whoever looks at an engine's pages would find them: ids of runs in one of these states. */
  findRuns(statuses: readonly RunStatus[]): Promise<string[]>;
  findSchedules(): Promise<string[]>;
}

/** What a pause is of. */
type Held = { scope: "function" | "app"; target: string } | { scope: "all" };

const nameOf = (held: Held): string => ("target" in held ? `${held.scope} ${held.target}` : held.scope);

const appUrl = "http://app.test/api";

type Deed = (workload: Workload) => Promise<unknown>;

const deeds: readonly (readonly [weight: number, deed: Deed])[] = [
  [24, (workload) => workload.send()],
  [8, (workload) => workload.sendAtOnce()],
  [4, (workload) => workload.sendTwice()],
  [3, (workload) => workload.sendForLater()],
  [6, (workload) => workload.go()],
  [3, (workload) => workload.stop()],
  [5, (workload) => workload.signal()],
  [3, (workload) => workload.invoke()],
  [4, (workload) => workload.cancel()],
  [2, (workload) => workload.pause()],
  [3, (workload) => workload.rerun()],
  [2, (workload) => workload.dealWithDeadLetter()],
  [1, (workload) => workload.bulk()],
  [1, (workload) => workload.schedule()],
  [1, (workload) => workload.deploy()],
];

export class Workload {
  /** Runs that a signal was said to have reached. */
  readonly signalled: { runId: string; data: number }[] = [];
  /** Whether a pause turned starts away at any time. */
  skips = false;
  readonly #options: WorkloadOptions;
  readonly #paused = new Set<string>();
  #underWay = 0;
  #signals = 0;
  #deploys: Promise<unknown> = Promise.resolve();

  constructor(options: WorkloadOptions) {
    this.#options = options;
  }

  /** Whether all that was begun has had its answer. */
  isDone(): boolean {
    return this.#underWay === 0;
  }

  isPaused(): boolean {
    return this.#paused.size > 0;
  }

  /** The app says what it serves, for the first time or anew. */
  register(functions: readonly SimulatedFunction[], crons: boolean): Promise<unknown> {
    const body = toRegistration({ functions, url: appUrl, crons });
    return this.#do("register", (engine) => engine.register(body));
  }

  /** Begins `count` deeds within the next `ms`. */
  begin(count: number, ms: number): void {
    const { draw, scheduler } = this.#options;
    const total = deeds.reduce((sum, [weight]) => sum + weight, 0);
    for (let each = 0; each < count; each++) {
      let left = draw.int(1, total);
      const drawn = deeds.findIndex(([weight]) => {
        left -= weight;
        return left <= 0;
      });
      const deed = (deeds[drawn] as (typeof deeds)[number])[1];
      this.#underWay += 1;
      const run = (): void =>
        void deed(this).finally(() => {
          this.#underWay -= 1;
        });
      scheduler.add({ at: scheduler.time + draw.int(0, ms), owner: null, label: "a deed begins", run });
    }
  }

  /** Nothing is held up any more, and nothing starts by itself. */
  async settle(): Promise<void> {
    await this.register(this.#options.functions, false);
    for (const { slug } of this.#options.functions) await this.#resume({ scope: "function", target: slug });
    await this.#resume({ scope: "app", target: appName });
    await this.#resume({ scope: "all" });
    for (const id of await this.#options.findSchedules())
      await this.#do(`remove schedule ${id}`, (engine) => engine.operations.removeSchedule(id));
  }

  send(): Promise<unknown> {
    const { draw } = this.#options;
    return this.#options.senders.send(
      this.#someEvent(),
      this.#keys(draw.chance(0.2) ? draw.int(4, 9) : draw.int(1, 3)),
    );
  }

  /** Several senders at the same moment. */
  sendAtOnce(): Promise<unknown> {
    const { draw, senders } = this.#options;
    const name = this.#someEvent();
    return Promise.all(Array.from({ length: draw.int(2, 5) }, () => senders.send(name, this.#keys(1))));
  }

  async sendTwice(): Promise<void> {
    const { draw, senders, functions, scheduler } = this.#options;
    const name = draw.pick(functions).event;
    const keys = this.#keys(1);
    const id = `own-${draw.int(0, 5)}`;
    await senders.send(name, keys, { id });
    await scheduler.sleep(draw.int(0, 5000), "a sender sends again");
    await senders.send(name, keys, { id });
  }

  sendForLater(): Promise<unknown> {
    const { draw, senders, functions } = this.#options;
    return senders.send(draw.pick(functions).event, this.#keys(1), { inMs: draw.int(1000, 20_000) });
  }

  go(): Promise<unknown> {
    return this.#options.senders.send("sim/go", this.#keys(1));
  }

  stop(): Promise<unknown> {
    return this.#options.senders.send("sim/stop", this.#keys(1));
  }

  async signal(): Promise<void> {
    const { draw, functions } = this.#options;
    const names = functions.flatMap(({ slug, program }) =>
      stepsOf(program.nodes).flatMap(({ kind, id }) =>
        kind === "signal" ? [signalName(slug, id, draw.int(1, 3))] : [],
      ),
    );
    if (names.length === 0) return;
    const data = ++this.#signals;
    const body = { signal: draw.pick(names), data: { signal: data } };
    const answer = await this.#do(`signal ${body.signal}`, (engine) => engine.signal({ body }));
    if (answer !== null) this.signalled.push({ runId: answer.runId, data });
  }

  invoke(): Promise<unknown> {
    const { draw, functions } = this.#options;
    const body = { data: { n: -draw.int(1, 1000), k: draw.int(1, 3) } };
    const { slug } = draw.pick(functions);
    return this.#do(`invoke ${slug}`, (engine) => engine.invoke({ slug, body }));
  }

  async cancel(): Promise<void> {
    const runId = await this.#someRun(["Queued", "Running"]);
    if (runId === null) return;
    const done = await this.#do(`cancel ${runId}`, async (engine) => {
      await engine.cancelRun(runId);
      return true;
    });
    if (done !== null) this.#options.cancelled(runId);
  }

  async pause(): Promise<void> {
    const { draw, functions, scheduler } = this.#options;
    const held: Held = draw.chance(0.7)
      ? { scope: "function", target: draw.pick(functions).slug }
      : draw.pick([{ scope: "app", target: appName }, { scope: "all" }]);
    const name = nameOf(held);
    if (this.#paused.has(name)) return;
    this.#paused.add(name);
    const arriving = draw.pick(["hold", "hold", "skip"]);
    if (arriving === "skip") this.skips = true;
    const body = { ...held, reason: "r", author: "a", arriving, running: draw.chance(0.2) ? "cancel" : "finish" };
    await this.#do(`pause ${name}`, (engine) => engine.operations.pause(body));
    await scheduler.sleep(draw.int(1000, 30_000), "a pause lasts");
    await this.#resume(held);
  }

  /** Whole, or from one of its steps on, if it has that one. */
  async rerun(): Promise<void> {
    const { draw } = this.#options;
    const runId = await this.#someRun(["Completed", "Failed", "Cancelled"]);
    if (runId === null) return;
    const edit = draw.pick([{}, { output: "edited" }, { input: [1] }]);
    const body = draw.chance(0.5) ? {} : { fromStep: { stepId: `s${draw.int(1, 4)}`, ...edit } };
    await this.#do(`rerun ${runId}`, (engine) => engine.operations.rerun(runId, body));
  }

  async dealWithDeadLetter(): Promise<void> {
    const { draw } = this.#options;
    const runId = await this.#someRun(["Failed"]);
    if (runId === null) return;
    const isDropped = draw.chance(0.3);
    await this.#do(`dead letter ${runId}`, async (engine) => {
      if (isDropped) await engine.operations.dropDeadLetter(runId);
      else await engine.operations.retryDeadLetter(runId, {});
    });
  }

  bulk(): Promise<unknown> {
    const { draw } = this.#options;
    const kind = draw.pick(["cancel", "rerun", "retry-dead-letters", "drop-dead-letters"] as const);
    const filter = kind === "rerun" ? { statuses: ["Failed" as const] } : {};
    return this.#do(`bulk ${kind}`, (engine) => engine.operations.startBulkJob({ kind, filter, reason: null }));
  }

  /** For an event or a function; now and then it is paused for a while. */
  async schedule(): Promise<void> {
    const { draw, functions, scheduler } = this.#options;
    const { event, slug } = draw.pick(functions);
    const body = {
      cron: "*/1 * * * *",
      ...(draw.chance(0.6) ? { event } : { function: slug }),
      data: { n: 0, k: 1 },
      missed: draw.pick(["skip", "one"]),
      ...(draw.chance(0.3) ? { jitter: "5s" } : {}),
    };
    const made = await this.#do("schedule", (engine) => engine.operations.createSchedule(body));
    if (made === null || draw.chance(0.5)) return;
    await scheduler.sleep(draw.int(1000, 90_000), "a schedule goes on");
    await this.#do("pause schedule", (engine) => engine.operations.pauseSchedule(made.id));
    await scheduler.sleep(draw.int(1000, 90_000), "a schedule is paused");
    await this.#do("resume schedule", (engine) => engine.operations.resumeSchedule(made.id));
  }

  /** A version without some functions, and after a while one with them again. */
  deploy(): Promise<unknown> {
    const { functions, scheduler, draw } = this.#options;
    const deploying = async (): Promise<void> => {
      const fewer = functions.filter(({ comesAndGoes }) => !comesAndGoes);
      if (fewer.length === functions.length) return;
      await this.register(fewer, true);
      await scheduler.sleep(draw.int(1000, 20_000), "a deployment lasts");
      await this.register(functions, true);
    };
    this.#deploys = this.#deploys.then(deploying);
    return this.#deploys;
  }

  #someEvent(): string {
    const { draw, functions } = this.#options;
    return draw.chance(0.15) ? "sim/all" : draw.pick(functions).event;
  }

  #keys(count: number): number[] {
    return Array.from({ length: count }, () => this.#options.draw.int(1, 3));
  }

  /** Null when the engine said no. */
  async #do<T>(label: string, act: (engine: Engine) => Promise<T>): Promise<T | null> {
    try {
      return await this.#options.requests.insist(label, act);
    } catch (error) {
      if (isEngineError(error)) return null;
      throw error;
    }
  }

  async #resume(held: Held): Promise<void> {
    const name = nameOf(held);
    await this.#do(`resume ${name}`, (engine) => engine.operations.resume(held));
    this.#paused.delete(name);
  }

  async #someRun(statuses: readonly RunStatus[]): Promise<string | null> {
    const { draw, findRuns } = this.#options;
    const runs = await findRuns(statuses);
    return runs.length === 0 ? null : draw.pick(runs);
  }
}
