/** What comes with a few of the random transitions: what operators and syncs change. */
import fc from "fast-check";
import { cronPut } from "../../../server/src/domain/queue/queue-puts.ts";
import type { Transition } from "../../../server/src/domain/transition.ts";
import { makeApp, makeEvent, makeFunction, t0 } from "../../conformance/store-records.ts";

const functionId = "function-1";
const runIds = ["R1", "R2", "R3", "R4"];
const runId = fc.constantFrom(...runIds);
const stepId = fc.constantFrom("s1", "s2", "s3");
const at = fc.integer({ min: t0, max: t0 + 3_000 });

const app = (name: string, syncedAt: number, functions: readonly string[], flow: boolean): Transition["sync"] => ({
  app: makeApp(name, { syncedAt }),
  functions: functions.map((id) => {
    const record = makeFunction(name, id, { id, slug: id });
    return flow ? { ...record, flow: { ...record.flow, exemptFromPauses: true } } : record;
  }),
  crons: functions.slice(0, 1).map((id) => cronPut(id, `cron:${id}`, { cron: "* * * * *", tick: syncedAt }, syncedAt)),
});

const target = fc.constantFrom(
  { scope: "all" as const, targetId: "" },
  { scope: "app" as const, targetId: "app-a" },
  { scope: "function" as const, targetId: functionId },
);

/** Those of the lanes in random-transitions.ts. */
const limit = fc.record({
  functionId: fc.constantFrom(functionId, "function-2"),
  control: fc.constantFrom("concurrency" as const, "runConcurrency" as const, "throttle" as const),
  entry: fc.constantFrom("", "one", "two", "whole"),
});

export const rare: fc.Arbitrary<Partial<Transition>> = fc.oneof(
  fc.tuple(target, fc.constantFrom("hold" as const, "skip" as const)).map(([where, arriving]) => ({
    pause: { ...where, reason: "r", author: "a", at: t0, arriving },
  })),
  target.map((resume) => ({ resume })),
  fc
    .record({ name: fc.constantFrom("a", "b"), at, ids: fc.subarray([functionId, "function-2"]), flow: fc.boolean() })
    .map(({ name, at: syncedAt, ids, flow }) => {
      const sync = app(name, syncedAt, ids, flow);
      return sync === undefined ? {} : { sync };
    }),
  at.map((removedAt) => ({ removeApp: { appId: "app-a", at: removedAt } })),
  fc.record({ of: limit, limit: fc.nat(3), burst: fc.nat(2) }).map(({ of, limit: number, burst }) => ({
    limitOverride: {
      ...{ ...of, limit: of.control === "throttle" ? number + 1 : number, reason: "r", author: "a", at: t0 },
      ...(of.control === "throttle" ? { periodMs: 500, burst } : { periodMs: null, burst: null }),
    },
  })),
  fc.array(limit, { minLength: 1, maxLength: 2 }).map((resetLimits) => ({ resetLimits })),
  fc.subarray(runIds).map((dropDeadLetters) => ({ dropDeadLetters })),
  fc
    .tuple(fc.subarray(["put-1", "put-2", "start-R1"]), at)
    .map(([itemIds, dueAt]) => ({ bringForward: { itemIds, at: dueAt } })),
  fc
    .record({
      run: runId,
      step: fc.option(stepId),
      op: fc.constantFrom("set" as const, "merge" as const),
      big: fc.boolean(),
    })
    .map(({ run, step, op, big }) => ({
      metadata: [
        {
          runId: run,
          stepId: step,
          attempt: null,
          kind: "userland.x",
          op,
          values: `{"v":"${"x".repeat(big ? 70_000 : 3)}"}`,
        },
      ],
    })),
  fc
    .record({
      run: runId,
      texts: fc.array(fc.constantFrom("", "a", "long line"), { maxLength: 4 }),
      leftOut: fc.nat(2),
    })
    .map(({ run, texts, leftOut }) => {
      const place = { at: t0, level: "info" as const, fields: null, stepId: null, stepName: null };
      const lines = texts.map((text) => ({ ...place, text }));
      return { logs: { runId: run, attempt: 0, lines, leftOut, linesMax: 5, bytesMax: 300 } };
    }),
  fc.constantFrom<Partial<Transition>>(
    {
      bulkJob: {
        id: "job",
        kind: "cancel",
        filter: {},
        reason: null,
        status: "Running",
        cursor: null,
        matched: 0,
        createdAt: t0,
        endedAt: null,
      },
    },
    { bulkProgress: { id: "job", cursor: "R1", matched: 2, endedAt: null } },
    { bulkProgress: { id: "job", cursor: null, matched: 1, endedAt: t0 + 1 } },
    { stopBulkJob: { id: "job", at: t0 + 2 } },
    { removeSchedule: "plan" },
    {
      schedule: {
        id: "plan",
        name: "p",
        cron: "* * * * *",
        jitterMs: 0,
        missed: "one",
        target: { kind: "event", name: "x" },
        data: "{}",
        pausedAt: null,
        createdAt: t0,
      },
    },
    { copies: [makeEvent("E3", { name: "copy" })] },
  ),
);
