/**
 * What senders were promised, looked at when everything has come to rest: every acknowledged event started what it had to, every run
 * has ended, what was waited for and came was not missed, and what is stored is what was seen.
 */
import { functionIdOf } from "../../domain/ids.ts";
import { isEnded, type RunRecord } from "../../domain/run/run.ts";
import type { Store } from "../../ports/store.ts";
import { isTriggered, type SimulatedFunction } from "../programs/draw-functions.ts";
import type { Acknowledged } from "../senders.ts";
import type { KnownRun, KnownRuns } from "./known-runs.ts";
import type { Violations } from "./violations.ts";

export interface PromisesOptions {
  store: Store;
  violations: Violations;
  known: KnownRuns;
  functions: readonly SimulatedFunction[];
  acknowledged: readonly Acknowledged[];
  /** Runs that a signal was said to have reached, with what it brought. */
  signalled: readonly { runId: string; data: number }[];
  /** Whether a pause may have turned starts away. */
  skips: boolean;
}

const pageSize = 1000;

export async function checkPromises(options: PromisesOptions): Promise<void> {
  const runs = await listAllRuns(options.store);
  checkStates(options, runs);
  await checkSteps(options, runs);
  await checkLogs(options, runs);
  checkWaits(options);
  checkSignals(options);
  for (const fn of options.functions) if (!fn.comesAndGoes) await checkFunction(options, fn);
}

async function listAllRuns(store: Store): Promise<RunRecord[]> {
  const all: RunRecord[] = [];
  for (;;) {
    const cursor = all.at(-1)?.id;
    const page = await store.listRuns({ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
    all.push(...page);
    if (page.length < pageSize) return all;
  }
}

function checkStates({ violations, known }: PromisesOptions, runs: RunRecord[]): void {
  for (const run of runs) {
    const { id, status, pendingCount, endedAt } = run;
    if (!isEnded(status)) {
      violations.add("an acknowledged event's runs end", `run ${id} is ${status} when nothing is left to happen`);
      continue;
    }
    if (endedAt === null) violations.add("states are legal", `run ${id} is ${status} and has no end`);
    if (pendingCount !== 0)
      violations.add("states are legal", `run ${id} is ${status} with ${pendingCount} steps under way`);
    const seen = known.runs.get(id)?.ended;
    if (seen !== status) violations.add("states are legal", `run ${id} is ${status}, it ended as ${String(seen)}`);
  }
}

async function checkSteps({ store, violations, known }: PromisesOptions, runs: RunRecord[]): Promise<void> {
  for (const { id } of runs)
    for (const step of await store.listSteps(id)) {
      const first = known.runs.get(id)?.steps.get(step.id) ?? null;
      if (step.memo !== first && step.status !== "Cancelled")
        violations.add("a result is memoized once", `step ${step.id} of run ${id} is ${step.memo}, it was ${first}`);
      if (["Planned", "Sleeping", "Waiting", "Invoking"].includes(step.status))
        violations.add("states are legal", `step ${step.id} of run ${id} is ${step.status} after its end`);
    }
}

/** Each line that a function logged is kept once, and all lines of a run are numbered through. */
async function checkLogs({ store, violations }: PromisesOptions, runs: RunRecord[]): Promise<void> {
  for (const { id } of runs) {
    const { lines } = await store.listLogs({ runId: id, after: 0, limit: pageSize });
    const texts = new Set(lines.map(({ text }) => text));
    if (texts.size < lines.length || lines.some(({ number }, index) => number !== index + 1))
      violations.add("states are legal", `the log of run ${id} holds a line twice, or leaves out a number`);
  }
}

/** An event that came while a run waited for it ends the wait. */
function checkWaits({ known, violations }: PromisesOptions): void {
  for (const run of known.runs.values()) {
    const k = known.events.get(run.eventIds[0] ?? "")?.k;
    for (const wait of run.waits) {
      const memo = wait.stepId === null ? null : (run.steps.get(wait.stepId) ?? null);
      if (wait.kind !== "event" || memo !== "null") continue;
      const gaveUpAt = known.endedAt(run.id, wait.stepId ?? "") ?? 0;
      for (const [id, event] of known.events) {
        const isIn = event.receivedAt > wait.createdAt && event.receivedAt < wait.expiresAt;
        if (event.name === wait.name && event.k === k && isIn && event.storedAt < gaveUpAt && !isRepeat(known, id))
          violations.add(
            "what comes is not missed",
            `wait ${wait.id} gave up, though event ${id} came at ${event.receivedAt}`,
          );
      }
    }
  }
}

/** An event with an id of its sender's that came before is as if it had not come. */
function isRepeat(known: KnownRuns, id: string): boolean {
  return known.repeats.has(id);
}

function checkSignals({ known, violations, signalled }: PromisesOptions): void {
  for (const { runId, data } of signalled) {
    const run = known.runs.get(runId);
    if (run === undefined || (run.ended !== "Completed" && run.ended !== "Failed")) continue;
    const waits = run.waits
      .filter(({ kind }) => kind === "signal")
      .map(({ stepId }) => run.steps.get(stepId ?? "") ?? null);
    const isMet = waits.some((memo) => memo === null || memo.includes(`"signal":${data}`));
    if (!isMet)
      violations.add(
        "what comes is not missed",
        `run ${runId} was sent signal ${data}, its waits gave ${waits.join(" ")}`,
      );
  }
}

async function checkFunction(options: PromisesOptions, fn: SimulatedFunction): Promise<void> {
  const id = functionIdOf("app", fn.slug);
  const byEvent = new Map<string, KnownRun[]>();
  for (const run of options.known.runs.values()) {
    if (run.functionId !== id || run.isRepeat) continue;
    for (const eventId of run.eventIds) byEvent.set(eventId, [...(byEvent.get(eventId) ?? []), run]);
  }
  const sent = options.acknowledged.filter(({ name, k }) => isTriggered(fn, name, k));
  const groups = new Map<string, Acknowledged[]>();
  for (const event of sent)
    groups.set(event.ownId ?? event.id, [...(groups.get(event.ownId ?? event.id) ?? []), event]);
  for (const same of groups.values()) {
    const started = [...new Map(same.map(({ id: eventId }) => [eventId, byEvent.get(eventId) ?? []])).values()].flat();
    await checkStarted(options, fn, same, started);
  }
}

/** `same`: events that count as one. */
async function checkStarted(
  { violations, store, known, skips }: PromisesOptions,
  fn: SimulatedFunction,
  same: Acknowledged[],
  started: KnownRun[],
): Promise<void> {
  const [event] = same;
  if (event === undefined) return;
  const say = (what: string): void =>
    violations.add(
      "an acknowledged event's runs end",
      `event ${event.id} (${event.name}, n ${event.n}) ${what} of ${fn.slug}`,
    );
  if (started.length > 1) say(`started ${started.length} runs`);
  if (started.length > 0) return;
  if (fn.admits === "debounced") {
    const received = known.events.get(event.id)?.receivedAt ?? 0;
    const later = [...known.runs.values()].some(
      (run) => run.functionId === functionIdOf("app", fn.slug) && run.queuedAt >= received,
    );
    if (!later) say("was followed by no run");
    return;
  }
  const refusals = (await Promise.all(same.map(({ id }) => store.listRefusals(id)))).flat();
  if (fn.admits === "limited" && (refusals.length > 0 || (await store.getEvent(event.id)) === null)) return;
  if (!skips || fn.admits !== "batched") say("started no run");
}
