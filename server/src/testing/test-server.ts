/**
 * What a test holds in its hands: the engine, its clock, and what came of it. Made by create-test-server. After everything
 * that it does, the engine has run down to idle; it never sleeps.
 */

import { EngineError } from "../domain/error.ts";
import type { EventRecord } from "../domain/event.ts";
import type { DeadLetterRecord } from "../domain/run/dead-letter.ts";
import type { RunRecord, RunStatus } from "../domain/run/run.ts";
import { runStatuses } from "../domain/run/run.ts";
import type { StepwellServer } from "../main.ts";
import { type FunctionRef, findFunction } from "./function-ref.ts";
import { settle } from "./settle.ts";
import type { StepFault, StepFaults } from "./step-faults.ts";
import type { TestClock } from "./test-clock.ts";
import { type Moment, type Span, toMs, toTime } from "./test-options.ts";
import { type TestError, type TestEvent, type TestRun, type TestStep, toTestEvent, toTestRun } from "./views.ts";

/** An event to send. */
export interface TestEventInput {
  name: string;
  data?: unknown;
  id?: string;
  ts?: number;
  v?: string;
}

/** A run that failed for good and that nobody has dealt with. */
export interface TestDeadLetter {
  runId: string;
  /** `<app>-<function>`. */
  function: string;
  error: TestError;
  /** Milliseconds since 1970. */
  failedAt: number;
}

/** How a pause is to be. */
export interface TestPauseOptions {
  /** What becomes of events that would start a run meanwhile. Default `hold`. */
  arriving?: "hold" | "skip";
  /** What becomes of runs that have begun. Default `finish`: their calls do. */
  running?: "finish" | "cancel";
}

/** Which step fails: its id, or its id in one function alone. */
export type StepRef = string | { function: FunctionRef; step: string };

/** A client as this file uses it: one that is none of the SDK's was refused when the engine started. */
export interface SendingClient {
  send(events: unknown): Promise<{ ids: string[] }>;
}

export interface TestServerParts {
  server: StepwellServer;
  clock: TestClock;
  faults: StepFaults;
  /** The first app's. */
  client: SendingClient;
  /** Events by internal id, numbered as they came. */
  arrivals: ReadonlyMap<string, number>;
  patienceMs: number;
  whenStuck: "throw" | "continue";
  /** Calls that do not end, see settle. */
  stuck: Set<string>;
  /** Called once, when it has stopped. */
  onStop: () => void;
}

const pageSize = 1000;
const idOf = (run: string | { id: string }): string => (typeof run === "string" ? run : run.id);

/** Use it with `await using`, or call `stop` when the test ends. */
export class TestServer {
  /** The engine behind it, for what this class does not offer. After work of one's own, `idle` runs it down. */
  readonly server: StepwellServer;
  readonly #parts: TestServerParts;
  #stopping: Promise<void> | null = null;

  constructor(parts: TestServerParts) {
    this.server = parts.server;
    this.#parts = parts;
  }

  /** What the clock shows, milliseconds since 1970. */
  now(): number {
    return this.#parts.clock.now();
  }

  /** Waits until nothing is being worked on and nothing is due. @throws Error when a call does not end. */
  async idle(): Promise<void> {
    const { engine, store } = this.server;
    await settle({ ...this.#parts, engine, store });
  }

  /** Moves time on, past everything that is due on the way, in its order. @throws EngineError `invalid_config` for no length of time. */
  async advance(by: Span): Promise<void> {
    await this.#advanceTo(this.now() + toMs("advance(by)", by));
  }

  /** Moves time on to a moment that is not past. @throws EngineError `invalid_config` */
  async advanceTo(moment: Moment): Promise<void> {
    const at = toTime("advanceTo(moment)", moment);
    if (at >= this.now()) return this.#advanceTo(at);
    throw new EngineError(
      "invalid_config",
      `advanceTo(${new Date(at).toISOString()}): it is ${new Date(this.now()).toISOString()} already, and time does not go back.`,
    );
  }

  /**
   * Sends events as the first app's client does, with its schemas and middleware.
   * @returns the ids of the events, and the runs that they started so far.
   */
  async send(events: TestEventInput | readonly TestEventInput[]): Promise<{ ids: string[]; runs: TestRun[] }> {
    const { ids } = await this.#parts.client.send(events);
    await this.idle();
    const found = new Map<string, RunRecord>();
    for (const id of ids) for (const run of await this.server.store.listRunsOfEvent(id)) found.set(run.id, run);
    return { ids, runs: await Promise.all([...found.values()].map((run) => this.#toRun(run))) };
  }

  /** Starts one function with an event of its own. @throws EngineError `start_refused` when a control refuses the run. */
  async invoke(fn: FunctionRef, { data = {} }: { data?: unknown } = {}): Promise<TestRun> {
    const { slug } = findFunction(this.server.engine, fn);
    const { runId } = await this.server.engine.invoke({ slug, body: { data } });
    await this.idle();
    return this.run(runId);
  }

  /** Sends a signal to the run that waits for it. @throws EngineError `signal_not_found` when none does. */
  async signal(signal: string, data: unknown = null): Promise<void> {
    await this.server.engine.signal({ body: { signal, data } });
    await this.idle();
  }

  /** A run as it is now. @throws EngineError `run_not_found` */
  async run(run: string | { id: string }): Promise<TestRun> {
    await this.idle();
    const record = await this.server.store.getRun(idOf(run));
    if (record !== null) return this.#toRun(record);
    throw new EngineError("run_not_found", `There is no run ${JSON.stringify(idOf(run))}.`);
  }

  /** The runs of a function, or all, oldest first. */
  async runs(fn?: FunctionRef): Promise<TestRun[]> {
    await this.idle();
    const { engine, store } = this.server;
    const filter = fn === undefined ? {} : { functionId: findFunction(engine, fn).id };
    const records: RunRecord[] = [];
    for (let more = true; more; ) {
      const cursor = records.at(-1)?.id;
      const after = cursor === undefined ? {} : { cursor };
      const page = await store.listRuns({ ...filter, ...after, order: "oldest", limit: pageSize });
      records.push(...page);
      more = page.length === pageSize;
    }
    return Promise.all(records.map((record) => this.#toRun(record)));
  }

  /** The newest run of a function with a status. Does not move time. @throws Error saying what there is instead. */
  async waitFor(fn: FunctionRef, status: RunStatus = "Completed"): Promise<TestRun> {
    if (!runStatuses.includes(status))
      throw new EngineError("invalid_config", `There is no status "${status}": a run is ${runStatuses.join(", ")}.`);
    const runs = await this.runs(fn);
    const found = runs.filter((run) => run.status === status).at(-1);
    if (found !== undefined) return found;
    const { slug } = findFunction(this.server.engine, fn);
    const there = await Promise.all(runs.slice(-5).map((run) => this.#describe(run)));
    const none = `No event has started it: it is ${new Date(this.now()).toISOString()} here, and these came: ${(await this.#eventNames()).join(", ") || "none"}.`;
    throw new Error(`No run of ${slug} is ${status}. ${there.length === 0 ? none : there.join(" ")}`);
  }

  /** The steps of a run. @throws EngineError `run_not_found` */
  async steps(run: string | { id: string }): Promise<TestStep[]> {
    return (await this.run(run)).steps;
  }

  /** Events in the order in which they came: those of a name (the engine's own begin with `inngest/`), or all but these. */
  async events(name?: string): Promise<TestEvent[]> {
    const events = await this.#allEvents(name);
    return events.filter((event) => name !== undefined || !event.name.startsWith("inngest/")).map(toTestEvent);
  }

  /** Runs that failed for good, oldest first. `server.engine.operations` retries and drops them. */
  async deadLetters(): Promise<TestDeadLetter[]> {
    await this.idle();
    const letters: DeadLetterRecord[] = await this.server.store.listDeadLetters({ order: "oldest", limit: pageSize });
    return letters.map(({ runId, functionId, error, failedAt }) => ({
      runId,
      function: this.#slugOf(functionId),
      error: JSON.parse(error) as TestError,
      failedAt,
    }));
  }

  /** What a run waits for, in words; empty when it has ended. */
  async why(run: string | { id: string }): Promise<string[]> {
    await this.idle();
    return (await this.server.engine.operations.explain(idOf(run))).map(({ sentence }) => sentence);
  }

  /**
   * Makes a step that the app runs fail the next `times` tries, without running its function. `Infinity`: always.
   * @returns how many failures are to come still.
   * @throws EngineError `invalid_config`
   */
  failStep(step: StepRef, times = 1, error?: unknown): { readonly left: number } {
    const { function: fn = null, step: id } = typeof step === "string" ? { step } : step;
    if (typeof id !== "string" || id === "")
      throw new EngineError("invalid_config", "failStep needs the step's id: a text, or { function, step }.");
    if (!(times === Number.POSITIVE_INFINITY || (Number.isInteger(times) && times >= 1)))
      throw new EngineError("invalid_config", `failStep("${id}"): times is ${times}: expected 1 or more, or Infinity.`);
    const slug = fn === null ? null : findFunction(this.server.engine, fn).slug;
    const given = typeof error === "string" ? new Error(error) : error;
    const fault: StepFault = {
      step: id,
      slug,
      left: times,
      error: given ?? new Error(`Step "${id}" is made to fail.`),
    };
    this.#parts.faults.add(fault);
    return fault;
  }

  /** @throws EngineError `run_not_found`, `run_ended` */
  async cancel(run: string | { id: string }): Promise<void> {
    await this.server.engine.cancelRun(idOf(run));
    await this.idle();
  }

  /** Pauses a function, or everything. */
  async pause(fn?: FunctionRef, options: TestPauseOptions = {}): Promise<void> {
    const body = { ...this.#pauseTarget(fn), reason: "the test pauses it", author: "test", ...options };
    await this.server.engine.operations.pause(body);
    await this.idle();
  }

  /** What is not paused goes on as it did. */
  async resume(fn?: FunctionRef): Promise<void> {
    await this.server.engine.operations.resume(this.#pauseTarget(fn));
    await this.idle();
  }

  /** Ends the engine, and gives the clients back. What is running is given up. Can be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #advanceTo(until: number): Promise<void> {
    const { clock } = this.#parts;
    await this.idle();
    for (let at = clock.nextAt(); at !== null && at <= until; at = clock.nextAt()) {
      clock.moveTo(at);
      await this.idle();
    }
    clock.moveTo(until);
    await this.idle();
  }

  async #toRun(run: RunRecord): Promise<TestRun> {
    const { store } = this.server;
    const [events, steps, attempts, metadata, { lines: logs }] = await Promise.all([
      store.getEvents(run.eventIds),
      store.listSteps(run.id),
      store.listAttempts(run.id),
      store.listMetadata(run.id),
      store.listLogs({ runId: run.id, after: 0, limit: 1000 }),
    ]);
    return toTestRun({ run, slug: this.#slugOf(run.functionId), events, steps, attempts, metadata, logs });
  }

  async #describe({ id, status, error, reason }: TestRun): Promise<string> {
    const why = error === null ? (reason ?? (await this.why(id)).join(" ")) : `${error.name}: ${error.message}`;
    return `Run ${id} is ${status}${why === "" ? "." : `: ${why}`}`;
  }

  async #eventNames(): Promise<string[]> {
    return [...new Set((await this.#allEvents()).map(({ name }) => name))];
  }

  async #allEvents(name?: string): Promise<EventRecord[]> {
    await this.idle();
    const events: EventRecord[] = [];
    for (let more = true; more; ) {
      const cursor = events.at(-1)?.internalId;
      const filter = { ...(name === undefined ? {} : { name }), ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.server.store.listEvents({ ...filter, limit: pageSize });
      events.push(...page);
      more = page.length === pageSize;
    }
    return events.sort((a, b) => a.receivedAt - b.receivedAt || this.#arrival(a) - this.#arrival(b));
  }

  /** The engine's own events come after what they tell of. */
  #arrival({ internalId }: EventRecord): number {
    return this.#parts.arrivals.get(internalId) ?? Number.MAX_SAFE_INTEGER;
  }

  #slugOf(functionId: string): string {
    return this.server.engine.functionById(functionId)?.slug ?? functionId;
  }

  #pauseTarget(fn: FunctionRef | undefined): { scope: string; target?: string } {
    if (fn === undefined) return { scope: "all" };
    return { scope: "function", target: findFunction(this.server.engine, fn).slug };
  }

  async #stop(): Promise<void> {
    let ended = false;
    const stopping = this.server.stop(0).finally(() => {
      ended = true;
    });
    // Calls that do not end are given up when their time has come, which is now.
    while (!ended) {
      this.#parts.clock.fireDue();
      await new Promise((resolve) => void setImmediate(resolve));
    }
    this.#parts.onStop();
    await stopping;
  }
}
