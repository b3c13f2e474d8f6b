/** Rows about what SDKs of other languages send: answers that no SDK of this table gives, and registrations as they spell them. */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { done, ops, type RawFunction } from "../raw-app.ts";
import type { Row } from "../row.ts";

const hash = (id: string): string => createHash("sha1").update(id).digest("hex");
const stepRun = (id: string, data: unknown, more = {}) => ({ op: "StepRun", id: hash(id), name: id, data, ...more });
const planned = (id: string, opts = {}) => ({ op: "StepPlanned", id: hash(id), displayName: id, name: id, opts });
const complete = { op: "RunComplete", id: hash("complete"), data: "done" };

function row(name: string, answer: RawFunction["answer"], check: NonNullable<Row["check"]>, config = {}): Row {
  return { name, scripted: { "app-f": { config: { retries: 0, ...config }, answer } }, check };
}

/** Work that is not carried out stands beside the end of the run: the run must fail and name it. */
function refused(name: string, operations: unknown[], message: RegExp): Row {
  return row(
    `${name}: refused by name, not lost`,
    () => ops(...operations),
    async (world) => {
      await world.send("test/app-f");
      const run = await world.run("f");
      expect(run.status).toBe("Failed");
      expect(`${run.output.name}: ${run.output.message}`).toMatch(message);
    },
  );
}

const deferAdd = {
  op: "DeferAdd",
  id: hash("later"),
  displayName: "later",
  opts: { fn_slug: "app-later", input: { n: 1 } },
};
const deferAbort = { op: "DeferAbort", id: hash("later:abort"), opts: { target_hashed_id: hash("later") } };

const besideTheEnd: Row[] = [
  refused("DeferAdd before RunComplete", [deferAdd, complete], /^UnsupportedOperationError: Step "later" uses defer/),
  refused("DeferAdd after RunComplete", [complete, deferAdd], /^UnsupportedOperationError: Step "later" uses defer/),
  refused("DeferAdd after a step", [stepRun("a", 1), deferAdd, complete], /UnsupportedOperationError.*DeferAdd/),
  refused("DeferAbort before RunComplete", [deferAbort, complete], /UnsupportedOperationError.*DeferAbort/),
  refused("SyncRunComplete before RunComplete", [{ op: "SyncRunComplete", id: "x" }, complete], /durable endpoint/),
  refused("an unknown opcode before RunComplete", [{ op: "DeferCancel", id: "x" }, complete], /DeferCancel/),
  row(
    "a checkpoint with DeferAdd is refused by name, and nothing of it is kept",
    async ({ body, count }) => {
      if (count > 1) return done(null);
      const { run_id, fn_id, qi_id, generation_id } = body.ctx;
      return ops(stepRun("said", { run_id, fn_id, qi_id, generation_id }), { ...planned("b") });
    },
    async (world) => {
      await world.send("test/app-f");
      const [{ output }] = await world.steps("f");
      const steps = [stepRun("c", 1), deferAdd];
      const body = { ...output, steps, ts: world.now() };
      const refusal = await world.ask("POST", `/v1/checkpoint/${output.run_id}/async`, body, 400);
      expect(refusal.error).toContain("got DeferAdd");
    },
  ),
  {
    name: "a function that is invoked beside the end of the run runs; what is waited for ends with the run",
    scripted: {
      "app-f": {
        answer: () =>
          ops(
            { op: "InvokeFunction", id: hash("call"), name: "call", opts: { function_id: "app-child", payload: {} } },
            { op: "Sleep", id: hash("nap"), name: "1h", opts: {} },
            complete,
          ),
      },
      "app-child": { answer: () => done("child") },
    },
    async check(world) {
      await world.send("test/app-f");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: "done" });
      expect(await world.run("child")).toMatchObject({ status: "Completed", output: "child" });
      expect((await world.steps("f")).map(({ status }) => status)).toEqual(["Cancelled", "Cancelled"]);
      await world.advance("2h");
      expect(await world.runs("f")).toHaveLength(1);
    },
  },
];

const spellings: Row[] = [
  row(
    "race mode in capitals: the function goes on when the first step has ended",
    ({ stepId, body, count }) => {
      if (count === 1) return ops(planned("a", { parallelMode: "Race" }), { ...nap, opts: { ParallelMode: "RACE" } });
      return stepId === hash("a") ? ops(stepRun("a", 1, { opts: { parallelMode: "Race" } })) : done(body.steps);
    },
    async (world) => {
      await world.send("test/app-f");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: { [hash("a")]: { data: 1 } } });
    },
  ),
  row(
    "an opcode and keys in other cases",
    ({ body, count }) =>
      count === 1 ? ops({ Op: "steprun", ID: hash("a"), Name: "a", Data: { n: 1 }, Opts: {} }) : done(body.steps),
    async (world) => {
      await world.send("test/app-f");
      expect((await world.run("f")).output).toEqual({ [hash("a")]: { data: { n: 1 } } });
    },
  ),
  row(
    "an empty `opts.event` of a wait leaves its name",
    ({ body, count }) =>
      count === 1
        ? ops({ op: "WaitForEvent", id: hash("w"), name: "test/go", opts: { event: "", timeout: "1h0m0s" } })
        : done(Object.values(body.steps)),
    async (world) => {
      await world.send("test/app-f");
      await world.send("test/go", { n: 1 });
      expect((await world.run("f")).output).toMatchObject([{ data: { name: "test/go", data: { n: 1 } } }]);
    },
  ),
  row(
    "an error that says itself that it is not to be tried again is not",
    ({ body, count }) =>
      count === 1
        ? ops({ op: "StepError", id: hash("a"), name: "a", error: { name: "Error", message: "no", noRetry: true } })
        : done(Object.values(body.steps)),
    async (world) => {
      await world.send("test/app-f");
      expect((await world.run("f")).output).toMatchObject([{ error: { message: "no" } }]);
    },
    { retries: 3 },
  ),
  row(
    "a step is called what its operation says, and keeps that when a later one says nothing",
    ({ stepId, count }) => {
      if (count === 1) return ops({ ...planned("a"), displayName: "Charge the card" }, planned("b"));
      if (stepId === hash("a")) return ops({ op: "StepRun", id: hash("a"), displayName: "", data: 1 });
      if (stepId === hash("b")) return ops({ op: "StepRun", id: hash("b"), displayName: "Renamed", data: 2 });
      return done();
    },
    async (world) => {
      await world.send("test/app-f");
      expect((await world.steps("f")).map(({ name }) => name).sort()).toEqual(["Charge the card", "Renamed"]);
    },
  ),
];

const nap = { op: "Sleep", id: hash("nap"), name: "1h" };

const registrations: Row[] = [
  row(
    "a key `Singleton` and a mode `Skip`: of 50 events at once one starts a run",
    ({ stepId }) => (stepId === "step" ? ops({ ...nap, opts: {} }) : done()),
    async (world) => {
      await world.sendAll(Array.from({ length: 50 }, () => ({ name: "test/app-f", data: {} })));
      expect((await world.statuses("f")).filter((status) => status !== "Skipped")).toEqual(["Running"]);
    },
    { Singleton: { Key: null, mode: "Skip" }, concurrency: [{ limit: 5, key: null, scope: "Fn" }] },
  ),
  row(
    "an option that is not known is told with the app, and changes nothing",
    () => done(),
    async (world) => {
      await world.send("test/app-f");
      expect((await world.run("f")).status).toBe("Completed");
      const told = [expect.stringContaining('Function "app-f": `singelton` is no option that this engine knows')];
      expect((await world.ask("GET", "/v1/apps"))[0].warnings).toEqual(told);
      expect((await world.ask("GET", "/v2/apps"))[0].latestSync.warnings).toEqual(told);
    },
    { singelton: { mode: "skip" } },
  ),
];

export const otherSdkRows: Row[] = [...besideTheEnd, ...spellings, ...registrations];
