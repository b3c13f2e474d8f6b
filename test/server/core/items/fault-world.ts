/** One engine and its lives, a store that fails, and what must hold of all that was acknowledged. */
import { join } from "node:path";
import { expect } from "vitest";
import type { RunRecord } from "../../../../server/src/domain/run.ts";
import { openDatabase } from "../../../../server/src/store/sqlite/database.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { type CoreEngine, createCoreEngine, registration } from "../../../helpers/core-engine.ts";
import { createFaultyStore, type FaultyStore } from "../../../helpers/faulty-store.ts";
import { createLeapingClock } from "../../../helpers/leaping-clock.ts";
import {
  configs,
  createScripts,
  type Kind,
  kinds,
  limits,
  ratedMs,
  type Sent,
  throttleMs,
  Witness,
} from "./fault-apps.ts";

export type Step =
  | { do: "send"; kind: number; k: number; count: number }
  | { do: "go" | "stop"; k: number }
  | { do: "signal"; which: number }
  | { do: "pause" | "resume"; kind: number }
  | { do: "advance" | "leap"; ms: number }
  | { do: "crash" };

interface Acknowledged extends Sent {
  kind: Kind;
  id: string;
}

/** Tables in which nothing may be left when all runs have ended and no function has a cron. */
const passing = ["queue", "waits", "slots", "run_slots", "debounces", "batches", "batch_events"];
const minuteMs = 60_000;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const isBusyError = (error: unknown): boolean => (error as { retryable?: boolean }).retryable === true;

export class FaultWorld {
  readonly witness: Witness;
  readonly #clock = createLeapingClock();
  readonly #directory: string;
  readonly #random: () => number;
  readonly #rate: number;
  readonly #sent: Acknowledged[] = [];
  /** Runs whose wait was there when what ends it was acknowledged. */
  readonly #met = new Set<string>();
  #made = 0;
  #stirs = 0;
  #core!: CoreEngine;
  #faulty!: FaultyStore;
  #kill = (): void => {};

  /** `rate`: the share of what the store is asked that fails. */
  constructor(directory: string, random: () => number, rate: number) {
    this.#directory = directory;
    this.#random = random;
    this.#rate = rate;
    this.witness = new Witness(rate > 0);
  }

  async open(): Promise<void> {
    const clock = this.#clock.life();
    this.#kill = clock.kill;
    const inner = openSqliteStore({ directory: this.#directory });
    const stirring: typeof inner = new Proxy(inner, {
      get: (target, name: keyof typeof inner) => {
        this.#stirs += 1;
        return target[name];
      },
    });
    this.#faulty = createFaultyStore(stirring, this.#random, (transition) => this.witness.wrote(transition));
    const scripts = createScripts(this.witness, clock);
    this.#core = await createCoreEngine({
      store: this.#faulty.store,
      clock,
      scripts,
      workers: 6,
      retryIntervalMs: 1000,
      random: this.#random,
    });
    await this.#core.engine.register(registration(configs));
    this.#faulty.rate = this.#rate;
  }

  async apply(step: Step): Promise<void> {
    if (step.do === "send") await this.#send(step);
    else if (step.do === "go") await this.#meet("event", step.k, () => this.#ingest("test/go", { k: step.k }));
    else if (step.do === "stop") await this.#ingest("test/stop", { k: step.k });
    else if (step.do === "signal") await this.#signal(step.which);
    else if (step.do === "pause" || step.do === "resume") await this.#setPaused(step.kind, step.do === "pause");
    else if (step.do === "advance") await this.#clock.advance(step.ms, () => this.#idle());
    else if (step.do === "leap") await this.#clock.leap(step.ms, () => this.#idle());
    else await this.#crash();
    expect(this.witness.broken).toEqual([]);
  }

  /** Nothing fails any more and nothing is paused: everything ends, as it must, and leaves nothing behind. */
  async settle(): Promise<void> {
    this.#faulty.rate = 0;
    for (const target of [...this.witness.paused]) {
      this.witness.paused.delete(target);
      await this.#core.engine.operations.resume({ scope: "function", target });
    }
    for (let minute = 0; minute < 240; minute++) {
      await this.#clock.advance(minuteMs, () => this.#idle());
      if (minute > 60 && (await this.#core.store.nextDueAt()) === null) break;
    }
    expect(this.witness.broken).toEqual([]);
    await this.#check();
    await this.close();
    this.#checkEmpty();
  }

  async close(): Promise<void> {
    this.#faulty.rate = 0;
    await this.#core.stop();
  }

  /** Until nothing was asked of the store for a while. */
  async #idle(): Promise<void> {
    for (let quiet = 0, before = this.#stirs; quiet < 6; before = this.#stirs) {
      await turn();
      quiet = this.#stirs === before ? quiet + 1 : 0;
    }
  }

  async #try<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 0; tries < 50; tries++) {
      try {
        const answer = await ask();
        await this.#idle();
        return answer;
      } catch (error) {
        if (!isBusyError(error)) throw error;
        await this.#clock.advance(10, () => this.#idle());
      }
    }
    throw new Error("the store failed fifty times in a row");
  }

  async #ingest(name: string, ...data: object[]): Promise<string[]> {
    const entropy = Buffer.alloc(10);
    entropy.writeUInt32BE(++this.#made * 1000, 6);
    const seed = `${this.#clock.now()},${entropy.toString("base64")}`;
    const body = data.map((each) => ({ name, data: each }));
    return (await this.#try(() => this.#core.engine.ingest({ body, seed }))).ids;
  }

  async #send(step: Step & { do: "send" }): Promise<void> {
    const kind = kinds[step.kind % kinds.length] as Kind;
    const data = Array.from({ length: step.count }, (): Sent => ({ n: this.#sent.length + ++this.#made, k: step.k }));
    const ids = await this.#ingest(`test/${kind}`, ...data);
    for (const [index, sent] of data.entries()) this.#sent.push({ ...sent, kind, id: ids[index] ?? "" });
  }

  async #runOf(sent: Acknowledged): Promise<RunRecord[]> {
    return this.#core.store.listRunsOfEvent(sent.id);
  }

  /** What is done now ends the waits that are open now, unless their time is over before. */
  async #meet(kind: Kind, k: number, act: () => Promise<unknown>): Promise<void> {
    const rate = this.#faulty.rate;
    this.#faulty.rate = 0;
    const open: { runId: string; expiresAt: number }[] = [];
    for (const sent of this.#sent.filter((each) => each.kind === kind && each.k === k)) {
      for (const run of await this.#runOf(sent))
        for (const { expiresAt } of await this.#core.store.listWaits(run.id)) open.push({ runId: run.id, expiresAt });
    }
    this.#faulty.rate = rate;
    await act();
    for (const { runId, expiresAt } of open) if (expiresAt > this.#clock.now()) this.#met.add(runId);
  }

  async #signal(which: number): Promise<void> {
    const waiting = this.#sent.filter(({ kind }) => kind === "signal");
    const sent = waiting[which % Math.max(waiting.length, 1)];
    if (sent === undefined) return;
    const body = { signal: `s${sent.n}`, data: 1 };
    const answer = await this.#try(() => this.#core.engine.signal({ body })).catch(() => null);
    if (answer !== null) this.#met.add(answer.runId);
  }

  async #setPaused(kind: number, paused: boolean): Promise<void> {
    const target = `app-${kinds[kind % kinds.length]}`;
    if (paused === this.witness.paused.has(target)) return;
    const { operations } = this.#core.engine;
    const body = { scope: "function", target, reason: "r", author: "a" };
    if (!paused) this.witness.paused.delete(target);
    if (paused) await this.#try(() => operations.pause(body));
    // A resume that was written without saying so is not there to be done again.
    else
      await this.#try(() => operations.resume(body)).catch((error: { code?: string }) => {
        if (error.code !== "pause_not_found") throw error;
      });
    if (paused) this.witness.paused.add(target);
  }

  async #crash(): Promise<void> {
    this.#kill();
    await this.#core.store.close();
    this.witness.died();
    await this.open();
    await this.#idle();
  }

  async #check(): Promise<void> {
    for (const kind of kinds) {
      const sent = this.#sent.filter((each) => each.kind === kind);
      const runs: RunRecord[][] = [];
      for (const each of sent) runs.push(await this.#runOf(each));
      await checks[kind](sent, runs, this.#met, async (id) => (await this.#core.store.getEvent(id))?.receivedAt ?? 0);
    }
  }

  #checkEmpty(): void {
    const database = openDatabase(join(this.#directory, "stepwell.db"));
    const left = passing.flatMap((table) => database.all(`SELECT '${table}' AS "table", * FROM ${table} LIMIT 3`));
    const lanes = database.all("SELECT * FROM lanes WHERE state <> 0");
    database.close();
    expect([...left, ...lanes]).toEqual([]);
  }
}

type Check = (
  sent: Acknowledged[],
  runs: RunRecord[][],
  met: ReadonlySet<string>,
  receivedAt: (eventId: string) => Promise<number>,
) => Promise<void> | void;

const one = (runs: RunRecord[]): RunRecord => {
  expect(runs).toHaveLength(1);
  return runs[0] as RunRecord;
};
const outputOf = (run: RunRecord): { n: number; w: { data?: unknown } | null } => JSON.parse(run.output ?? "null");

/** One run for each event, with the result for it. */
const eachCompletes: Check = (sent, runs) => {
  for (const [index, { n }] of sent.entries()) {
    const run = one(runs[index] ?? []);
    expect(run.status).toBe("Completed");
    expect(outputOf(run).n).toBe(n);
  }
};

const noTwoOverlap = (runs: RunRecord[]): void => {
  const begun = runs.filter(({ status }) => status !== "Skipped").sort((a, b) => a.queuedAt - b.queuedAt);
  for (const [index, run] of begun.entries())
    expect(run.endedAt).toBeLessThanOrEqual(begun[index + 1]?.queuedAt ?? Number.POSITIVE_INFINITY);
};

const waitsAreMet: Check = async (sent, runs, met, receivedAt) => {
  await eachCompletes(sent, runs, met, receivedAt);
  for (const [index, { k, kind }] of sent.entries()) {
    const run = one(runs[index] ?? []);
    const { w } = outputOf(run);
    if (met.has(run.id)) expect(w?.data, `the wait of run ${run.id}`).toBeDefined();
    if (kind === "event" && w?.data !== undefined) expect(w.data).toMatchObject({ data: { k } });
  }
};

const checks: Record<Kind, Check> = {
  plain: eachCompletes,
  parallel: eachCompletes,
  keyed: eachCompletes,
  whole: eachCompletes,
  event: waitsAreMet,
  signal: waitsAreMet,
  async parent(sent, runs, met, receivedAt) {
    await eachCompletes(sent, runs, met, receivedAt);
    for (const [index, { n }] of sent.entries())
      expect(outputOf(one(runs[index] ?? [])).w).toMatchObject({ data: { n, w: null } });
  },
  cancelled(_sent, runs) {
    for (const each of runs) expect(["Completed", "Cancelled"]).toContain(one(each).status);
  },
  async throttled(sent, runs, met, receivedAt) {
    await eachCompletes(sent, runs, met, receivedAt);
    const starts = runs
      .flat()
      .map(({ startedAt }) => Number(startedAt))
      .sort((a, b) => a - b);
    // One may be ahead of the others.
    for (let i = 2; i < starts.length; i++)
      expect(Number(starts[i]) - Number(starts[i - 2])).toBeGreaterThanOrEqual(throttleMs - 1);
  },
  async rated(sent, runs, _met, receivedAt) {
    const starts: number[] = [];
    for (const [index, { id }] of sent.entries()) {
      const at = await receivedAt(id);
      const isFull = starts.filter((start) => start > at - ratedMs).length >= limits.rated;
      expect(runs[index]?.length, `event ${index} at ${at}, after ${starts}`).toBe(isFull ? 0 : 1);
      if (!isFull) starts.push(at);
    }
  },
  skipping(_sent, runs) {
    for (const each of runs) expect(["Completed", "Skipped"]).toContain(one(each).status);
    noTwoOverlap(runs.flat());
  },
  replacing(sent, runs) {
    for (const each of runs) expect(["Completed", "Cancelled"]).toContain(one(each).status);
    for (const k of new Set(sent.map((each) => each.k))) {
      const ofKey = runs.filter((_, index) => sent[index]?.k === k).flat();
      noTwoOverlap(ofKey);
      expect(ofKey.at(-1)?.status).toBe("Completed");
    }
  },
  debounced(sent, runs) {
    for (const run of runs.flat()) expect(run.status).toBe("Completed");
    for (const each of runs) expect(each.length).toBeLessThanOrEqual(1);
    if (sent.length > 0) expect(runs.at(-1)).toHaveLength(1);
  },
  batched(_sent, runs) {
    for (const each of runs) {
      expect(one(each).status).toBe("Completed");
      expect(one(each).eventIds.length).toBeLessThanOrEqual(limits.batched);
    }
  },
  timed(_sent, runs) {
    for (const each of runs) {
      expect(one(each).status).toBe("Cancelled");
      expect(one(each).reason).toContain("timeouts.finish");
    }
  },
};
