/** A value nested deeper than the engine keeps is refused on every way in, with a sentence, and nothing of it is kept. */
import type { Operation } from "stepwell/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Api } from "../../../server/src/api/api-parts.ts";
import { createApi } from "../../../server/src/api/create-api.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../helpers/core-engine.ts";
import { operations, result, type Script, stepRun } from "../../helpers/scripted-caller.ts";

const depth = 6_000;
const deep = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const logger = { debug() {}, info() {}, warn() {}, error() {} };
let core: CoreEngine;
let api: Api;

beforeEach(async () => {
  const script: Script = ({ body }) => ("s" in body.steps ? result(1) : operations([stepRun("s", 1)]));
  core = await createCoreEngine({ scripts: { "app-f": script } });
  await core.engine.register(registration([functionConfig("app-f")]));
  const { engine, store, clock } = core;
  api = createApi({ engine, store, access: store.access, clock, logger, auth: null, serverKind: "dev", version: "0" });
});
afterEach(() => core.stop());

const post = (path: string, body: string) =>
  api.request(path, { method: "POST", headers: { "content-type": "application/json" }, body });

test("events, invocations, signals, schedules, reruns and registrations", async () => {
  const run = await core.runOf(await core.send("test/app-f"));
  const ways: [string, string][] = [
    ["/e/key", `{"name":"test/app-f","data":${deep}}`],
    ["/e/key", `[{"name":"a/b"},{"name":"test/app-f","data":${deep}}]`],
    ["/v2/events", `{"name":"test/app-f","data":${deep}}`],
    ["/invoke/app-f", `{"data":${deep}}`],
    ["/v2/functions/app-f/invoke", `{"data":${deep}}`],
    ["/v1/signals", `{"signal":"s","data":${deep}}`],
    ["/v2/schedules", `{"cron":"0 6 * * *","function":"app-f","data":${deep}}`],
    [`/v2/runs/${run.id}/rerun`, `{"fromStep":{"stepId":"s","output":${deep}}}`],
    [`/v2/runs/${run.id}/rerun`, `{"fromStep":{"stepId":"s","input":[${deep}]}}`],
  ];
  for (const [path, body] of ways) {
    const response = await post(path, body);
    expect([path, response.status, await response.text()]).toEqual([
      path,
      400,
      expect.stringMatching(/levels|deep|nested/),
    ]);
  }
  expect(await core.store.listEvents({ name: "test/app-f", limit: 10 })).toHaveLength(1);
  expect(await core.store.listEvents({ name: "a/b", limit: 10 })).toEqual([]);
  expect((await api.request("/v2/runs?includeOutput=true")).status).toBe(200);
});

test("what an app answers or saves fails its run, and every list still shows it", async () => {
  await core.stop();
  const operation = { op: "StepRun", id: "s", displayName: "s", data: JSON.parse(deep) } as Operation;
  core = await createCoreEngine({ scripts: { "app-f": () => operations([operation]) } });
  await core.engine.register(registration([functionConfig("app-f", { retries: 0 })]));
  const run = await core.runOf(await core.send("test/app-f"));
  expect(run.status).toBe("Failed");
  expect(run.output).toMatch(/levels|deep|nested/);
});
