/** Rows that only an app of bare answers can express: opcodes that no SDK of today sends, and answers that make no sense. */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { done, ops, type RawFunction } from "../raw-app.ts";
import type { Row } from "../row.ts";

const hash = (id: string): string => createHash("sha1").update(id).digest("hex");
const stepRun = (id: string, data: unknown) => ({ op: "StepRun", id: hash(id), displayName: id, opts: {}, data });
const planned = (id: string) => ({ op: "StepPlanned", id: hash(id), displayName: id, name: id, opts: {} });

/** A row with one function, "app-f", of which `test/app-f` starts a run. */
function row(name: string, answer: RawFunction["answer"], check: Row["check"], config = {}): Row {
  return { name, scripted: { "app-f": { config: { retries: 0, ...config }, answer } }, ...(check && { check }) };
}

/** The run must fail with a message like this. */
function fails(name: string, answer: RawFunction["answer"], message: RegExp, config = {}): Row {
  return row(
    name,
    answer,
    async (world) => {
      await world.send("test/app-f");
      const run = await world.run("f");
      expect(run.status).toBe("Failed");
      expect(`${run.output.name}: ${run.output.message}`).toMatch(message);
      // Whatever an app says, the engine goes on.
      expect((await world.ask("GET", "/v2/health")).status).toBe("ok");
    },
    config,
  );
}

const opcodes: Row[] = [
  row(
    "Step: data is kept as it is, without another wrapping",
    ({ body, count }) =>
      count === 1 ? ops({ op: "Step", id: hash("a"), name: "a", data: { data: 7 } }) : done(body.steps),
    async (world) => {
      await world.send("test/app-f");
      expect((await world.run("f")).output).toEqual({ [hash("a")]: { data: 7 } });
    },
  ),
  row(
    "RunComplete ends the run with its data",
    () => ops(stepRun("a", 1), { op: "RunComplete", id: hash("complete"), data: { ended: true } }),
    async (world) => {
      await world.send("test/app-f");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: { ended: true } });
    },
  ),
  row(
    "DiscoveryRequest has the function called again",
    ({ count }) => (count === 1 ? ops({ op: "DiscoveryRequest", id: hash("discovery"), opts: {} }) : done(count)),
    async (world) => {
      await world.send("test/app-f");
      expect((await world.run("f")).output).toBe(2);
    },
  ),
  row(
    "the result of a function ends its run though planned steps are pending",
    ({ stepId, count }) =>
      count === 1
        ? ops({ op: "Sleep", id: hash("nap"), name: "1h", opts: {} }, planned("a"))
        : stepId === hash("a")
          ? done("early")
          : done("late"),
    async (world) => {
      await world.send("test/app-f");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: "early" });
      await world.advance("2h");
      expect((await world.run("f")).output).toBe("early");
    },
  ),
  row(
    "None says nothing: the app is asked again, and then given up",
    ({ count }) => (count === 1 ? ops({ op: "None", id: hash("x") }) : done(count)),
    async (world) => {
      await world.send("test/app-f");
      await world.advance("5s");
      expect((await world.run("f")).output).toBe(2);
    },
    { retries: 1 },
  ),
];

const malformed: Row[] = [
  fails("an unknown opcode", () => ops({ op: "Teleport", id: hash("x") }), /Teleport/),
  fails("an opcode of a feature that is not built", () => ops({ op: "DeferAdd", id: hash("x"), opts: {} }), /DeferAdd/),
  fails("an operation without an id", () => ops({ op: "StepRun", data: 1 }), /id/),
  fails("an operation that is no object", () => ops("StepRun"), /operation/i),
  fails("an operation that is null", () => ops(null), /operation/i),
  fails("an empty answer", () => ({ status: 206, body: "" }), /empty|JSON/i),
  fails("an answer that is no JSON", () => ({ status: 206, body: "<html>" }), /JSON/),
  fails("an answer that did not come from an SDK", () => ({ body: "hello", isFromSdk: false }), /SDK/),
  fails("a sleep without a time", () => ops({ op: "Sleep", id: hash("x"), opts: {} }), /sleep/i),
  fails("a sleep of nonsense", () => ops({ op: "Sleep", id: hash("x"), name: "soon", opts: {} }), /soon/),
  fails("a wait without an event", () => ops({ op: "WaitForEvent", id: hash("x"), opts: { timeout: "1h" } }), /event/),
  fails(
    "a wait for a signal without a name",
    () => ops({ op: "WaitForSignal", id: hash("x"), opts: { timeout: "1h" } }),
    /signal/,
  ),
  fails(
    "a condition that is no text",
    () => ops({ op: "WaitForEvent", id: hash("x"), name: "test/go", opts: { timeout: "1h", if: 7 } }),
    /if/,
  ),
  fails(
    "a thousand and one operations",
    () => ops(...Array.from({ length: 1001 }, (_, n) => planned(`s${n}`))),
    /1001 .*1000/,
  ),
];

const stepErrors: Row[] = [
  ["an invocation of nothing", "InvokeFunction", /function/],
  ["a request without a url", "Gateway", /url/i],
  ["a request to a model without a body", "AIGateway", /body/],
].map(([name, op, message]) =>
  row(
    `${name}: the step fails, and the function hears of it`,
    ({ body, count }) =>
      count === 1 ? ops({ op, id: hash("x"), displayName: "x", opts: {} }) : done(Object.values(body.steps ?? {})),
    async (world) => {
      await world.send("test/app-f");
      const [memo] = (await world.run("f")).output as { error: { message: string } }[];
      expect(memo?.error.message).toMatch(message as RegExp);
    },
  ),
);

const stale: Row[] = [
  row(
    "an operation for a step that has ended changes nothing: its first result stays",
    ({ body, count }) =>
      count === 1 ? ops(stepRun("a", 1)) : count === 2 ? ops(stepRun("a", 2), stepRun("b", 3)) : done(body.steps),
    async (world) => {
      await world.send("test/app-f");
      expect((await world.run("f")).output).toEqual({ [hash("a")]: { data: 1 }, [hash("b")]: { data: 3 } });
    },
  ),
  fails(
    "an app that only plans what has ended already is given up, not called forever",
    ({ count }) => (count === 1 ? ops(stepRun("a", 1)) : ops(planned("a"))),
    /NoOperationsError/,
  ),
  fails(
    "an app that reports the same step again and again is given up",
    () => ops(stepRun("a", 1)),
    /NoOperationsError/,
  ),
  {
    name: "an answer that comes after the run was cancelled is dropped",
    scripted: { "app-f": { answer: ({ body }) => heldAnswer(body.ctx.run_id) } },
    async check(world) {
      hold = world.holds.hold;
      await world.send("test/app-f");
      await world.ask("DELETE", `/v1/runs/${(await world.run("f")).run_id}`);
      world.holds.release();
      await world.advance("1h");
      expect(await world.run("f")).toMatchObject({ status: "Cancelled", output: null });
      expect(await world.steps("f")).toEqual([]);
    },
  },
  {
    name: "a checkpoint for a call that is over is refused with 409, and for a run that is not there with 404",
    scripted: { "app-f": { answer: () => done() } },
    async check(world) {
      await world.send("test/app-f");
      const { run_id } = await world.run("f");
      const body = {
        run_id,
        fn_id: "f",
        qi_id: "gone",
        generation_id: 1,
        steps: [stepRun("late", 1)],
        ts: world.now(),
      };
      await world.ask("POST", `/v1/checkpoint/${run_id}/async`, body, 409);
      expect(await world.steps("f")).toEqual([]);
    },
  },
];

let hold: (context: { runId: string }) => Promise<void> = async () => {};
const heldAnswer = async (runId: string) => {
  await hold({ runId });
  return ops(stepRun("late", 1));
};

const quarantine: Row = {
  name: "quarantine: an item in whose call the app goes away three times is not tried a fourth time",
  scripted: { "app-f": { config: { retries: 20 }, answer: () => null } },
  async check(world) {
    await world.send("test/app-f");
    await world.advance("3h");
    const run = await world.run("f");
    expect(run).toMatchObject({ status: "Failed", output: { name: "QuarantinedError" } });
    const [letter] = await world.ask("GET", "/v2/dead-letters");
    expect(letter).toMatchObject({ runId: run.run_id, isQuarantined: true });
  },
};

export const scriptedRows: Row[] = [...opcodes, ...malformed, ...stepErrors, ...stale, quarantine];
