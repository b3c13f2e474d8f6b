/**
 * What Prometheus reads: counters and histograms of this process since it started, and what waits in the store when it is asked. Made by
 * create-metrics, read by `GET /metrics`. A test compares its names, units and labels with docs/metrics.md.
 * Must never have a label whose values users' data decide: functions and apps beyond a number count as `other`.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type Severity, severities } from "../domain/alerts/rule.ts";
import type { Backlog } from "../domain/metrics/rollup.ts";
import type { Tally } from "../domain/metrics/tally.ts";
import { engineVersion } from "../domain/version.ts";
import type { Meter } from "../ports/meter.ts";

export interface PrometheusOptions {
  /** `<app>-<function>`; null for one that is unknown. */
  functionName(id: string): string | null;
  /** Null for one that is unknown. */
  appName(id: string): string | null;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface Prometheus extends Meter {
  committed(ms: number): void;
  /** All metrics as Prometheus reads them. `alerts`: how bad those are that go on. */
  scrape(backlog: readonly Backlog[], alerts: readonly Severity[]): Promise<{ contentType: string; text: string }>;
}

/** So many functions are told apart, and so many apps; others count together. */
const functionsMax = 200;
const appsMax = 50;
const other = "other";

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];
const commitSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Gives each id a label, as long as there are few enough. */
function labels(most: number, nameOf: (id: string) => string | null): (id: string) => string {
  const given = new Set<string>();
  return (id) => {
    const name = nameOf(id) ?? id;
    if (given.has(name)) return name;
    if (given.size >= most) return other;
    given.add(name);
    return name;
  };
}

function createInstruments(registers: Registry[]) {
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter<L>({ name: `stepwell_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge<L>({ name: `stepwell_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[] = seconds) =>
    new Histogram<L>({ name: `stepwell_${name}`, help, labelNames, buckets, registers });
  return {
    started: counter("runs_started_total", "Runs that began.", ["function"]),
    ended: counter("runs_ended_total", "Runs that ended, by how.", ["function", "status"]),
    runTime: histogram("run_duration_seconds", "From the start to the end of runs.", ["function"]),
    waitTime: histogram("run_wait_seconds", "From the queue to the start of runs.", ["function"]),
    steps: counter("steps_ended_total", "Steps that ended, by how.", ["function", "status"]),
    stepTime: histogram("step_duration_seconds", "Of steps that did some work themselves.", ["function"]),
    retries: counter("retries_total", "Attempts that failed and were tried again.", ["function"]),
    letters: counter("dead_letters_total", "Runs that became dead letters.", ["function"]),
    calls: counter("app_calls_total", "Calls of apps, by what came of them.", ["app", "answer"]),
    callTime: histogram("app_call_duration_seconds", "From a call of an app to what came of it.", ["app"]),
    commitTime: histogram("commit_duration_seconds", "Commits to the store.", [], commitSeconds),
    queued: gauge("queue_depth", "Runs that wait for their start.", ["function"]),
    oldest: gauge("queue_oldest_age_seconds", "For how long the oldest run in the queue has waited.", ["function"]),
    running: gauge("runs_running", "Runs that have begun and not ended.", ["function"]),
    open: gauge("dead_letters", "Dead letters that nobody has dealt with.", ["function"]),
    alerts: gauge("alerts", "Alerts that go on.", ["severity"]),
    info: gauge("info", "1, with the engine's version.", ["version"]),
  };
}

export function createPrometheus(options: PrometheusOptions): Prometheus {
  return new ClientPrometheus(options);
}

class ClientPrometheus implements Prometheus {
  readonly #options: PrometheusOptions;
  readonly #registry = new Registry();
  readonly #instruments = createInstruments([this.#registry]);
  readonly #functionOf: (id: string) => string;
  readonly #appOf: (id: string) => string;
  /** Process figures are watched from the first scrape on: watching costs, and most engines of tests are never asked. */
  #watchesProcess = false;

  constructor(options: PrometheusOptions) {
    this.#options = options;
    this.#functionOf = labels(functionsMax, options.functionName);
    this.#appOf = labels(appsMax, options.appName);
    this.#instruments.info.set({ version: engineVersion }, 1);
  }

  count(tallies: readonly Tally[]): void {
    for (const tally of tallies) this.#count(tally, this.#functionOf(tally.functionId));
  }

  committed(ms: number): void {
    this.#instruments.commitTime.observe(ms / 1000);
  }

  async scrape(
    backlog: readonly Backlog[],
    alerts: readonly Severity[],
  ): Promise<{ contentType: string; text: string }> {
    if (!this.#watchesProcess) collectDefaultMetrics({ register: this.#registry });
    this.#watchesProcess = true;
    this.#setBacklog(backlog);
    for (const severity of severities)
      this.#instruments.alerts.set({ severity }, alerts.filter((one) => one === severity).length);
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #count(tally: Tally, name: string): void {
    const { started, waitTime, ended, runTime, steps, stepTime, retries, letters, calls, callTime } = this.#instruments;
    switch (tally.kind) {
      case "run-started":
        started.inc({ function: name });
        waitTime.observe({ function: name }, Math.max(0, tally.waitMs) / 1000);
        return;
      case "run-ended":
        ended.inc({ function: name, status: tally.status.toLowerCase() });
        if (tally.runMs !== null) runTime.observe({ function: name }, Math.max(0, tally.runMs) / 1000);
        return;
      case "step-ended":
        steps.inc({ function: name, status: tally.status === "TimedOut" ? "timed_out" : tally.status.toLowerCase() });
        if (tally.stepMs !== null) stepTime.observe({ function: name }, Math.max(0, tally.stepMs) / 1000);
        return;
      case "retry":
        retries.inc({ function: name });
        return;
      case "dead-letter":
        letters.inc({ function: name });
        return;
      case "call": {
        const app = this.#appOf(tally.appId);
        calls.inc({ app, answer: tally.answer });
        callTime.observe({ app }, Math.max(0, tally.callMs) / 1000);
      }
    }
  }

  #setBacklog(backlog: readonly Backlog[]): void {
    const { queued, running, oldest, open } = this.#instruments;
    for (const gauge of [queued, running, oldest, open]) gauge.reset();
    const ages = new Map<string, number>();
    for (const row of backlog) {
      const name = { function: this.#functionOf(row.functionId) };
      queued.inc(name, row.queued);
      running.inc(name, row.running);
      open.inc(name, row.deadLetters);
      const age = row.oldestQueuedAt === null ? 0 : (this.#options.now() - row.oldestQueuedAt) / 1000;
      ages.set(name.function, Math.max(0, age, ages.get(name.function) ?? 0));
    }
    for (const [name, age] of ages) oldest.set({ function: name }, age);
  }
}
