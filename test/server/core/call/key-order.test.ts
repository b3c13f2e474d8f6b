/** Keys keep their order on every way by which a value comes into a call, whoever gave it. */
import { afterEach, expect, it } from "vitest";
import { lookupValue } from "../../../../server/src/domain/run/wait.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result, type Script, stepRun } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

const value = { zebra: 1, apple: { y: 1, x: [{ b: 1, a: 2 }] } };
const text = '{"zebra":1,"apple":{"y":1,"x":[{"b":1,"a":2}]}}';

async function engineWith(script: Script, more: Parameters<typeof createCoreEngine>[0] = {}): Promise<CoreEngine> {
  core = await createCoreEngine({ scripts: { "app-f": script }, ...more });
  await core.engine.register(registration([functionConfig("app-f", { retries: 0 })]));
  return core;
}

const lastBody = (): string => core.caller.calls.at(-1)?.body ?? "";
const fails = {
  kind: "failure",
  error: { name: "E", message: "no" },
  requestVersion: 2,
  retry: { noRetry: true, retryAt: null },
} as const;

it("from signals", async () => {
  await engineWith(({ body }) =>
    "w" in body.steps
      ? result(1)
      : operations([
          { op: "WaitForSignal", id: "w", name: "go", opts: { signal: "go", timeout: "1h", conflict: "fail" } },
        ]),
  );
  await core.send("test/app-f");
  await core.engine.signal({ body: { signal: "go", data: value } });
  await core.idle();
  expect(lastBody()).toContain(`"w":{"data":{"signal":"go","data":${text}}}`);
});

it("from models, and to them", async () => {
  const bodies: (string | null)[] = [];
  await engineWith(
    ({ body }) =>
      "ai" in body.steps
        ? result(1)
        : operations([
            { op: "AIGateway", id: "ai", opts: { url: "http://ai.test", format: "openai-chat", body: value } },
          ]),
    {
      http(request) {
        bodies.push(request.body);
        return { kind: "answered", url: "http://ai.test", status: 200, headers: {}, body: text, retryAt: null };
      },
    },
  );
  await core.send("test/app-f");
  await core.idle();
  expect(bodies).toEqual([text]);
  expect(lastBody()).toContain(`"ai":{"data":${text}}`);
});

it("from reruns with other arguments or another result, dead letters with other data, and schedules", async () => {
  await engineWith(({ body }) => ("s" in body.steps ? fails : operations([stepRun("s", value)])));
  const run = await core.runOf(await core.send("test/app-f", value));
  expect(lastBody()).toContain(`"s":{"data":${text}}`);
  const { operations: asked } = core.engine;

  await asked.rerun(run.id, { fromStep: { stepId: "s", input: [value] } });
  await core.idle();
  expect(core.caller.calls.map(({ body }) => body).join()).toContain(`"s":{"input":[${text}]}`);

  await asked.rerun(run.id, { fromStep: { stepId: "s", output: { b: value, a: 1 } } });
  await core.idle();
  expect(lastBody()).toContain(`"s":{"data":{"b":${text},"a":1}}`);

  await asked.retryDeadLetter(run.id, { data: { other: value, also: 1 } });
  await core.idle();
  expect(lastBody()).toContain(`"data":{"other":${text},"also":1}`);

  await asked.createSchedule({ cron: "0 * * * *", function: "app-f", data: value });
  await core.advance(3_600_000);
  expect(lastBody()).toContain(`"data":${text.slice(0, -1)},"_inngest":`);
});

it("but not where values are compared: equal ones give one key, one lane, one lookup", async () => {
  core = await createCoreEngine({ scripts: { "app-f": () => result(1), "app-g": () => result(1) } });
  await core.engine.register(
    registration([
      functionConfig("app-f", { idempotency: "event.data.key" }),
      functionConfig("app-g", { idempotency: "event.data.key.map(k, k)" }),
    ]),
  );
  const keys = [
    { b: { y: 1, x: 2 }, a: 1, "10": 0 },
    { "10": 0, a: 1, b: { x: 2, y: 1 } },
  ];
  for (const name of ["test/app-f", "test/app-g"]) {
    const events = [];
    for (const key of keys) events.push(await core.send(name, { key }));
    const runs = await Promise.all(events.map((id) => core.store.listRunsOfEvent(id)));
    expect([name, ...runs.map(({ length }) => length)]).toEqual([name, 1, 0]);
  }
  expect(lookupValue({ data: keys[0] }, "data")).toBe(lookupValue({ data: keys[1] }, "data"));
});
