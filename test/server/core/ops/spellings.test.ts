/** Operations as SDKs of other makers may send them: without options, in other spellings, with values that cannot be kept. */
import type { Operation } from "stepwell/protocol";
import { expect, it } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result, type Script } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const year = 31_536_000_000;

const op = (fields: Partial<Operation>): Operation => ({ op: "Step", id: "s", displayName: "s", ...fields });

/** Answers with one operation, and with what the run remembers of it. */
const once =
  (operation: Partial<Operation>): Script =>
  ({ body }) =>
    "s" in body.steps ? result(body.steps.s) : operations([op(operation)]);

async function run(operation: Partial<Operation>) {
  const core = await engineWith({ "app-f": once(operation) });
  const { id } = await core.runOf(await core.send("test/app-f"));
  const read = async () => {
    const [step] = await core.store.listSteps(id);
    return { run: await core.store.getRun(id), step };
  };
  return { core, read, ...(await read()) };
}

/** Deeper than anything that is kept. */
const deep = (): unknown => {
  let value: unknown = 1;
  for (let depth = 0; depth < 20_000; depth++) value = [value];
  return value;
};

it.each<[Partial<Operation>, RegExp]>([
  [{ op: "Gateway" }, /url/],
  [{ op: "AIGateway" }, /body/],
  [{ op: "InvokeFunction" }, /There is no function/],
])("%j without options fails its step, which the function is told", async (operation, why) => {
  const { run: ended } = await run(operation);
  expect(ended).toMatchObject({ status: "Completed" });
  expect(ended?.output).toMatch(why);
});

it("a model without a format gets its key as a bearer", async () => {
  const asked: unknown[] = [];
  const http = (request: { headers: Record<string, string> }) => {
    asked.push(request.headers);
    return { kind: "failed", message: "no answer" } as const;
  };
  const opts = { url: "http://model.test/v1", body: { model: "m" }, auth_key: "k" };
  const core = await engineWith({ "app-f": once({ op: "AIGateway", opts }) }, {}, { http });
  await core.send("test/app-f");
  expect(asked[0]).toMatchObject({ authorization: "Bearer k", "content-type": "application/json" });
});

it.each<[string, Partial<Operation>]>([
  ["a list of data", { opts: { function_id: "app-f", payload: { data: [1] } } }],
  ["a number for data", { opts: { function_id: "app-f", payload: { data: 5 } } }],
  ["meta that is no object", { opts: { function_id: "app-f", payload: { data: {}, meta: 5 } } }],
  ["data that is too deep", { opts: { function_id: "app-f", payload: { data: { deep: deep() } } } }],
])("an invocation with %s fails its step", async (_what, operation) => {
  const { run: ended } = await run({ op: "InvokeFunction", ...operation });
  expect(ended).toMatchObject({ status: "Completed" });
  expect(ended?.output).toContain("InngestInvokeError");
});

it("a request with a body that cannot be kept ends the run", async () => {
  const opts = { url: "http://a.test", method: "POST", body: deep() };
  const { core, read } = await run({ op: "Gateway", opts });
  await core.advance(year);
  expect((await read()).run).toMatchObject({ status: "Failed" });
});

it.each<[Partial<Operation>, number | null]>([
  [{ op: "Sleep", name: "" }, 0],
  [{ op: "Sleep" }, null],
  [{ op: "Sleep", name: "x", opts: { duration: "1s" } }, 1000],
])("%j wakes after %j ms; null: it is refused", async (operation, wakesAfterMs) => {
  const { core, run: sleeping, step, read } = await run(operation);
  if (wakesAfterMs === null) {
    await core.advance(year);
    expect((await read()).run).toMatchObject({ status: "Failed" });
  } else {
    expect((step?.wakesAt ?? 0) - (sleeping?.queuedAt ?? 0)).toBe(wakesAfterMs);
    await core.advance(wakesAfterMs);
    expect((await read()).run).toMatchObject({ status: "Completed" });
  }
});

it("a signal that is waited for without a time limit is waited for a year; an event, not at all", async () => {
  const signal = await run({ op: "WaitForSignal", name: "go" });
  expect((signal.step?.wakesAt ?? 0) - (signal.run?.queuedAt ?? 0)).toBe(year);
  const event = await run({ op: "WaitForEvent", name: "test/go" });
  expect(event.run).toMatchObject({ status: "Completed", output: "null" });
});

it("a race is a race in capitals too", async () => {
  const race = { parallelMode: "RACE" };
  const script: Script = ({ stepId, body }) => {
    if (stepId === "a") return operations([op({ id: "a", op: "StepRun", data: "first", opts: race })]);
    if (body.steps.a !== undefined) return result("raced");
    return operations([
      op({ id: "a", op: "StepPlanned", opts: race }),
      op({ id: "z", op: "Sleep", name: "1d", opts: race }),
    ]);
  };
  const core = await engineWith({ "app-f": script });
  expect(await core.output(await core.send("test/app-f"))).toBe("raced");
});

it("a step keeps the arguments that it was called with", async () => {
  const { step } = await run({ op: "StepRun", data: 1, opts: { input: [1, { a: 2 }] } });
  expect(JSON.parse(step?.detail ?? "{}")).toEqual({ input: [1, { a: 2 }] });
});

it("an app that asks to be called again is, and one that has nothing to say is asked later", async () => {
  for (const asks of ["DiscoveryRequest", "None"] as const) {
    let calls = 0;
    const script: Script = () => (++calls === 1 ? operations([op({ op: asks })]) : result("asked"));
    const core = await engineWith({ "app-f": script });
    await core.engine.register(registration([functionConfig("app-f")]));
    const id = await core.send("test/app-f");
    await core.advance(2000);
    expect([await core.output(id), calls]).toEqual(["asked", 2]);
  }
});

it("an operation that has nothing to say beside one that has changes nothing", async () => {
  const script: Script = ({ body }) =>
    "s" in body.steps
      ? result(body.steps.s)
      : operations([op({ id: "x", op: "None" }), op({ op: "StepRun", data: 1 })]);
  const core = await engineWith({ "app-f": script });
  const id = await core.send("test/app-f");
  expect(await core.output(id)).toEqual({ data: 1 });
  expect(await core.store.listSteps((await core.runOf(id)).id)).toHaveLength(1);
});
