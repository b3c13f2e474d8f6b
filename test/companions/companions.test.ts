/**
 * The published companions of `inngest` on the packed SDK, which an app's package.json names in one line: they load, and
 * runs with them complete on our engine. One install and one process for all.
 */
import { cp, mkdir, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, type TestContext } from "vitest";
import { startApp } from "../frameworks/framework-app.ts";
import { withFileLock } from "../helpers/file-lock.ts";
import { type LocalEngine, serveLocally, startLocalEngine } from "../helpers/local-engine.ts";
import { cacheFolder, installPackages, isUnreachable, packSdk } from "../helpers/packed-sdk.ts";

const written = fileURLToPath(new URL("./app/", import.meta.url));

/** Installs the app with the packed SDK in `stepwell`, which its package.json names as `inngest`. Resolves with the folder. */
async function installCompanions(context: TestContext): Promise<string> {
  const folder = join(cacheFolder, "companions");
  const sdk = await packSdk();
  await mkdir(folder, { recursive: true });
  return withFileLock(`${folder}.lock`, async () => {
    await rm(join(folder, "stepwell"), { recursive: true, force: true });
    await cp(sdk, join(folder, "stepwell"), { recursive: true });
    await cp(written, folder, { recursive: true });
    await installPackages(folder).catch((error: unknown) => {
      if (!isUnreachable(error)) throw error;
      context.skip(`the companions cannot be installed: ${error}`);
    });
    return folder;
  });
}

interface ModelCall {
  model: string;
  messages: { role: string; content: unknown }[];
}

/** Plays a model: asks for a tool first, and answers with what the tool found. */
function playModel(calls: ModelCall[]): RequestListener {
  return (request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const call = JSON.parse(text) as ModelCall;
      calls.push(call);
      const found = call.messages.find(({ role }) => role === "tool");
      const asked = { name: "look_up", arguments: '{"word":"plugh"}' };
      const message = found
        ? { role: "assistant", content: `It is ${found.content}` }
        : { role: "assistant", content: null, tool_calls: [{ id: "t1", type: "function", function: asked }] };
      const choices = [{ index: 0, finish_reason: found ? "stop" : "tool_calls", message }];
      response.setHeader("content-type", "application/json").end(JSON.stringify({ id: "m", choices, usage: {} }));
    });
  };
}

async function outcome(engine: LocalEngine, name: string, data: object): Promise<unknown[]> {
  const [id = ""] = await engine.api.send({ name, data });
  const [run] = await engine.api.endedRuns(id);
  return [run?.status, run?.output];
}

const says = (message: string): unknown => expect.objectContaining({ message: expect.stringContaining(message) });

const encryptedValue = expect.objectContaining({ __ENCRYPTED__: true, __STRATEGY__: "inngest/libsodium" });

/** What a process found out that holds the package as ESM and as CommonJS. */
const acrossCopies = {
  instances: Array(7).fill(true),
  others: Array(5).fill(false),
  served: 1,
  servedByOther: "tagged",
  invoke: "copies-invoked",
  reference: "far-away",
  noRetry: "true",
};

const needsMock = 'Step "paid" (WaitForEvent) is done by the engine, and there is none in this test';

const testKit = {
  whole: { name: "kit/order", sum: 220, paid: { cents: 5 } },
  calls: ["rate", "a", "b"],
  state: [2, 20, 200, null, { name: "kit/paid", data: { cents: 5 } }],
  mocked: 330,
  step: 200,
  failed: says("no"),
  unanswered: expect.stringContaining(needsMock),
  mockFailed: says("the mock broke"),
};

const noRealtime = expect.stringContaining("Realtime is not built in Stepwell");

const found = {
  testKit,
  asyncContext: {
    run: [true, true, null],
    otherCopy: true,
    step: {
      id: "inner",
      name: "Inner",
      hashedId: "d2aef3c1f370b50063a91f813ce0b6e1531cb9b6",
      userlandId: "inner",
    },
    rebound: null,
    outside: null,
  },
  copies: { esm: acrossCopies, cjs: acrossCopies },
  rules: ["await-inngest-send", "no-nested-steps", "no-variable-mutation-in-step"],
  realtime: {
    token: noRealtime,
    subscribe: expect.stringMatching(/Realtime is not built in Stepwell|WebSockets not supported/),
    step: noRealtime,
  },
  notBuilt: expect.stringMatching(/^createDefer\(\) is not built in Stepwell\. Send an event/),
};

const reported = (source: string): unknown =>
  expect.objectContaining({
    error: ["RangeError: out of reach"],
    tags: expect.objectContaining({ "inngest.function.id": "watched-fail", "inngest.error.source": source }),
  });

it("the companions of inngest work on the packed SDK under its name", async (context) => {
  const folder = await installCompanions(context);
  const calls: ModelCall[] = [];
  const model = await serveLocally(playModel(calls));
  const engine = await startLocalEngine();
  const app = await startApp(
    folder,
    process.execPath,
    () => ["main.mjs"],
    engine,
    () => ({ MODEL_URL: model.origin }),
  );
  for (const path of ["/encrypted", "/watched", "/validated", "/agents", "/live"]) {
    expect((await fetch(app.origin + path, { method: "PUT" })).status, app.output()).toBe(200);
  }
  const json = async (path: string): Promise<unknown> => JSON.parse(await (await fetch(app.origin + path)).text());
  const outcomes = await Promise.all([
    outcome(engine, "encrypted/keep", {}),
    outcome(engine, "watched/fail", {}),
    outcome(engine, "validated/count", { count: 1 }),
    outcome(engine, "validated/count", { count: "one" }),
    outcome(engine, "agents/ask", { question: "What is plugh?" }),
    outcome(engine, "live/publish", {}),
  ]);
  expect(outcomes).toEqual([
    ["Completed", encryptedValue],
    ["Failed", says("out of reach")],
    ["Completed", 2],
    ["Failed", says('Event "validated/count" failed validation')],
    [
      "Completed",
      [
        { type: "tool_call" },
        { type: "tool_result", content: { data: { found: "PLUGH" } } },
        { type: "text", content: expect.stringContaining("PLUGH") },
      ],
    ],
    ["Failed", says("Realtime is not built in Stepwell")],
  ]);
  expect(calls).toMatchObject([{ model: "played" }, { model: "played" }]);
  expect(await json("/checks")).toEqual(found);
  const [told] = await engine.api.runs("?function=encrypted-told");
  expect(told).toBeDefined();
  await engine.api.endedRuns(told?.event_id ?? "");
  expect(await json("/reports")).toEqual({
    sentry: [reported("step"), reported("run")],
    told: { encrypted: { word: "xyzzy" }, plain: 1 },
  });
});
