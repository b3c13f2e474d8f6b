/** Random transitions that touch every rule, over few ids so that they meet. */
import fc from "fast-check";
import { createLane, cronLane, type Lane, type Slot } from "../../../server/src/domain/queue/lane.ts";
import type { QueueItem } from "../../../server/src/domain/queue/queue-item.ts";
import { resumePut } from "../../../server/src/domain/queue/queue-puts.ts";
import type { RateLimitCheck, RunStart, StepPlan, Transition } from "../../../server/src/domain/transition.ts";
import { slot as plainSlot } from "../../conformance/lane-records.ts";
import {
  endOfRun,
  makeAttempt,
  makeEnd,
  makeEvent,
  makeItem,
  makeRun,
  makeStep,
  t0,
} from "../../conformance/store-records.ts";
import { makeWait } from "../../conformance/store-waits.ts";
import { rare } from "./rare-changes.ts";

export type Move =
  | {
      kind: "commit";
      transition: Transition;
      lease: number | null;
      claim: number | null;
      takesGathered: boolean;
      registry: number | null;
    }
  | { kind: "lease"; limit: number }
  | { kind: "tick"; ms: number };

const runIds = ["R1", "R2", "R3", "R4"];
const stepIds = ["s1", "s2", "s3"];
const functionId = "function-1";

/** Of runs or of steps, as its key says, so that what people set finds it. */
function slot(entry: string, limit: number): Slot {
  return { ...plainSlot(`${entry === "whole" ? "runs" : "steps"}:${entry}`, limit), entry };
}

const throttle = { key: "pace", limit: 1, periodMs: 1_000, burst: 1, label: "pace" };
const lanes: readonly Lane[] = [
  createLane(functionId),
  createLane(functionId, [slot("one", 1)]),
  createLane(functionId, [slot("two", 2), slot("one", 1)]),
  createLane("function-2", [slot("one", 1)]),
  createLane(functionId, [], [slot("whole", 1)]),
  createLane(functionId, [slot("two", 2)], [slot("whole", 1)], throttle),
  createLane("function-2", [], [], throttle),
  cronLane(functionId),
];

const runId = fc.constantFrom(...runIds);
const stepId = fc.constantFrom(...stepIds);
const lane = fc.constantFrom(...lanes);
const now = (ms: number): number => t0 + ms;
/** Runs are queued at most so long after the first moment, in milliseconds. */
export const latestStart = 3_000;
const at = fc.integer({ min: 0, max: latestStart }).map(now);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const rateLimit: fc.Arbitrary<RateLimitCheck> = fc.record({
  key: fc.constantFrom("r1", "r2"),
  option: fc.constantFrom("rateLimit" as const, "idempotency" as const),
  limit: fc.integer({ min: 1, max: 3 }),
  periodMs: fc.constant(1_000),
  mode: fc.constantFrom("sliding" as const, "gcra" as const),
});

const event = fc
  .record({ id: fc.constantFrom("E1", "E2", "E3"), sender: fc.constantFrom("given", "same"), n: fc.nat(1), at })
  .map(({ id, sender, n, at: receivedAt }) =>
    makeEvent(id, {
      name: "test/go",
      id: sender === "same" ? "same" : id,
      data: `{"n":${n}}`,
      receivedAt,
      ts: receivedAt,
    }),
  );

const wait = fc.record({
  kind: fc.constantFrom("event" as const, "signal" as const, "cancel" as const, "invoke" as const),
  path: fc.constantFrom("", "data.n"),
  conflict: maybe(fc.constantFrom("fail" as const, "replace" as const)),
  since: maybe(at),
});

function waitsOf(run: string, step: string | null, given: typeof wait extends fc.Arbitrary<infer T> ? T : never) {
  const { kind, path, conflict, since } = given;
  const isEvent = kind === "event" || kind === "cancel";
  const id = step === null ? `${run}:cancel:0` : `${run}:${step}`;
  const value = path === "" ? "" : "1";
  return {
    wait: makeWait(run, step ?? "c", { id, kind, stepId: step, ...(isEvent ? { path, value } : { name: "sig" }) }),
    ...(conflict !== undefined && kind === "signal" && { conflict }),
    ...(since !== undefined && isEvent && { lookBack: { since, ignoredEventIds: ["E3"] } }),
  };
}

const start: fc.Arbitrary<RunStart> = fc
  .record({
    id: runId,
    lane,
    at,
    eventId: fc.constantFrom("E1", "E2", "E3"),
    key: fc.option(fc.constantFrom("k1", "k2")),
    singleton: maybe(fc.constantFrom("skip" as const, "cancel" as const)),
    rateLimits: maybe(fc.array(rateLimit, { maxLength: 2 })),
    cancelOn: maybe(wait),
    isInvoked: fc.boolean(),
    original: fc.option(runId),
    retries: fc.boolean(),
    remembers: fc.boolean(),
    delay: fc.constantFrom(0, 500),
  })
  .map((given) => {
    const { id, lane: own, at: queuedAt, original } = given;
    const run = makeRun(id, {
      functionId: own.functionId,
      eventIds: [given.eventId],
      idempotencyKey: given.key,
      queuedAt,
      rank: queuedAt,
      originalRunId: original === id ? null : original,
    });
    return {
      run,
      item: makeItem(`start-${id}`, {
        ...{ kind: "start", runId: id, functionId: own.functionId, rank: queuedAt },
        lane: own,
        dueAt: queuedAt + given.delay,
      }),
      ...(given.rateLimits !== undefined && { rateLimits: given.rateLimits }),
      ...(given.singleton !== undefined && { singleton: { key: "only", mode: given.singleton } }),
      ...(given.cancelOn !== undefined && { waits: [waitsOf(id, null, { ...given.cancelOn, kind: "cancel" })] }),
      ...(given.isInvoked && { onRefused: { runId: "R1", stepId: "s1", functionId } }),
      ...(given.retries && original !== null && original !== id && { deadLetter: original }),
      ...(given.remembers && { remembered: [makeEnd("old", "s1").step] }),
    };
  });

const plan: fc.Arbitrary<StepPlan> = fc
  .record({ run: runId, step: stepId, lane, at, race: fc.boolean(), wait: maybe(wait), start: maybe(start) })
  .map(({ run, step, lane: own, at: dueAt, race, wait: given, start: invoked }) => ({
    step: makeStep(run, step, race ? { race } : {}),
    item: makeItem(`${run}:${step}`, {
      kind: "step",
      runId: run,
      stepId: step,
      lane: own,
      functionId: own.functionId,
      dueAt,
    }),
    ...(given !== undefined && {
      waits: [waitsOf(run, step, { ...given, kind: given.kind === "cancel" ? "event" : given.kind })],
    }),
    ...(invoked !== undefined && { starts: [invoked], events: [makeEvent("E2")] }),
  }));

const debounce = fc
  .record({
    eventId: fc.constantFrom("E1", "E2"),
    eventTs: at,
    at,
    periodMs: fc.constantFrom(500, 1_500),
    timeoutMs: fc.option(fc.constant(2_000)),
    key: fc.option(fc.constant("k1")),
    rateLimits: maybe(fc.array(rateLimit, { maxLength: 1 })),
  })
  .map(({ at: when, key, rateLimits, ...given }) => ({
    ...{ key: "deb", functionId, now: when, idempotencyKey: key, ...given },
    ...(rateLimits !== undefined && { rateLimits }),
  }));

/** An event joins a batch of a function once. */
const batch = fc
  .record({
    eventId: fc.nat().map((n) => `B${n}`),
    at,
    sizeBytes: fc.integer({ min: 1, max: 60 }),
    key: fc.option(fc.constantFrom("k1", "b1")),
  })
  .map(({ at: when, key, ...given }) => ({
    ...{ key: "bat", functionId, maxSize: 3, maxBytes: 100, timeoutMs: 1_000, now: when, idempotencyKey: key },
    ...given,
  }));

const put = fc
  .record({ id: fc.constantFrom("put-1", "put-2", "put-3"), lane: fc.option(lane), dueAt: at, run: runId })
  .map(({ id, lane: own, dueAt, run }) =>
    own === null
      ? makeItem(id, { dueAt })
      : makeItem(id, { lane: own, functionId: own.functionId, runId: run, dueAt, rank: dueAt }),
  );

/** What comes with most transitions. */
const usual = fc.record(
  {
    openRun: runId,
    events: fc.array(event, { minLength: 1, maxLength: 2 }),
    starts: fc.array(start, { minLength: 1, maxLength: 2 }),
    plans: fc.array(plan, { minLength: 1, maxLength: 2 }),
    ends: fc.array(
      fc.tuple(runId, stepId).map(([run, step]) => makeEnd(run, step)),
      { minLength: 1, maxLength: 2 },
    ),
    attempts: runId.map((run) => [makeAttempt(run)]),
    run: fc.oneof(
      fc
        .tuple(runId, fc.constantFrom("Completed" as const, "Failed" as const, "Cancelled" as const))
        .map(([run, status]) => endOfRun(run, status)),
      runId.map((run) => ({ runId: run, requestVersion: 2, forcePlan: true, checkpointed: true as const })),
    ),
    puts: fc.array(put, { minLength: 1, maxLength: 3 }),
    putWhenIdle: runId.map((run) => makeItem(`idle-${run}`, { runId: run, lane: lanes[1] ?? null })),
    waitTakes: fc.tuple(runId, stepId).map(([run, step]) => [
      {
        waitId: `${run}:${step}`,
        item: resumePut({ runId: run, stepId: step, functionId: "" }, { eventId: "E1" }, t0),
      },
      { waitId: `${run}:cancel:0`, item: null },
    ]),
    openWait: fc.tuple(runId, stepId).map(([run, step]) => `${run}:${step}`),
    givesUp: fc.record({ event: fc.constantFrom("test/go", "test/hello"), until: at }),
    debounces: debounce.map((add) => [add]),
    batches: fc.array(batch, { minLength: 1, maxLength: 3 }),
    settle: fc.oneof(
      fc.constantFrom({ kind: "done" as const }, { kind: "keep" as const }),
      at.map((dueAt) => ({ kind: "retry" as const, attempt: 1, dueAt, tick: { cron: "* * * * *", tick: dueAt } })),
      at.map((dueAt) => ({
        kind: "retry" as const,
        attempt: 2,
        dueAt,
        trouble: { crashes: 1, suspicion: 1, unreachable: null },
      })),
    ),
  },
  { requiredKeys: [] },
);

/** A few fields of a transition at a time: all of them at once would seldom pass their guards. */
const transition = fc
  .tuple(
    usual,
    fc.subarray(
      [
        "openRun",
        "openWait",
        "givesUp",
        "events",
        "starts",
        "plans",
        "ends",
        "attempts",
        "run",
        "puts",
        "putWhenIdle",
        "waitTakes",
        "debounces",
        "batches",
      ] as const,
      { maxLength: 4 },
    ),
    maybe(rare),
  )
  .map(([fields, names, extra]): Transition => {
    const some = Object.fromEntries(
      names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
    );
    return { lease: null, ...some, ...extra, ...(fields.settle !== undefined && { settle: fields.settle }) };
  });

export const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      transition,
      lease: fc.option(fc.nat(20)),
      claim: fc.option(fc.integer({ min: 0, max: 4 })),
      takesGathered: fc.boolean(),
      registry: fc.option(fc.nat(2)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("lease" as const), limit: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("tick" as const), ms: fc.constantFrom(1, 400, 1_000) }) },
);

/** A `tick` is for crons alone. */
export function fits(item: QueueItem | undefined, { settle }: Transition): boolean {
  return !(settle?.kind === "retry" && settle.tick !== undefined && item?.kind !== "cron");
}
