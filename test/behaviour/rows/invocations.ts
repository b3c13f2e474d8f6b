/** Rows about functions that call functions, requests that the engine makes for steps, and runs that are cancelled. */
import { expect } from "vitest";
import type { Row } from "../row.ts";

const invocations: Row[] = [
  {
    name: "invoke: the other function's result comes back, its error is thrown",
    alsoWithoutCheckpoints: true,
    functions({ fn }) {
      const child = fn({ id: "child", retries: 0 }, ({ event }) => {
        if (event.data.bad) throw new RangeError("the child says no");
        return { doubled: event.data.n * 2 };
      });
      fn({ id: "f", retries: 0 }, async ({ step }) => {
        const good = await step.invoke("good", { function: child, data: { n: 4 } });
        const bad = await step
          .invoke("bad", { function: child, data: { bad: true } })
          .catch((error: Error) => error.message);
        return [good, bad];
      });
    },
    async check(world) {
      await world.send("test/f");
      expect((await world.run("f")).output).toEqual([{ doubled: 8 }, "the child says no"]);
    },
  },
  {
    name: "sessions of the events that start a run go on to what it sends and invokes, replaced and cut off by hand",
    notIn: { inngest3: "version 3 has no sessions" },
    alsoWithoutCheckpoints: true,
    functions({ fn, world }) {
      const seen = (id: string) => fn(id, ({ sessions }) => world.note([id, sessions]));
      for (const id of ["sent", "replaced", "cut", "alone"]) seen(id);
      const child = seen("child");
      fn("f", async ({ step, sessions }) => {
        await step.sendEvent("send", [
          { name: "test/sent", data: {} },
          { name: "test/replaced", data: {}, meta: { sessions: { chat: 6 } } },
          { name: "test/cut", data: {}, meta: { sessions: { chat: null } } },
          { name: "test/alone", data: {}, meta: { sessions: null } },
        ]);
        await step.invoke("call", { function: child, data: {}, meta: { sessions: { job: "j" } } });
        return sessions;
      });
    },
    async check(world) {
      await world.send("test/f", {}, { meta: { sessions: { chat: 5, user: "ana" } } });
      expect((await world.run("f")).output).toEqual({ chat: "5", user: "ana" });
      expect(Object.fromEntries(world.log as [string, object][])).toEqual({
        sent: { chat: "5", user: "ana" },
        replaced: { chat: "6", user: "ana" },
        cut: { user: "ana" },
        alone: undefined,
        child: { chat: "5", job: "j", user: "ana" },
      });
    },
  },
  {
    name: "sessions of a batch are those that all of its events share",
    notIn: { inngest3: "version 3 has no sessions" },
    functions: ({ fn }) =>
      fn({ id: "f", batchEvents: { maxSize: 2, timeout: "10s" } }, ({ sessions }) => sessions ?? null),
    async check(world) {
      await world.send("test/f", {}, { meta: { sessions: { chat: 5, user: "ana" } } });
      await world.send("test/f", {}, { meta: { sessions: { chat: "5", user: "bo" } } });
      expect((await world.run("f")).output).toEqual({ chat: "5" });
    },
  },
  {
    name: "sessions of an event that came by a wait, and of an invocation by HTTP",
    notIn: { inngest3: "version 3 has no sessions" },
    functions({ fn }) {
      fn("f", ({ step }) => step.waitForEvent("wait", { event: "test/go", timeout: "1h" }));
      fn("g", ({ sessions, event }) => [sessions, event.user]);
    },
    async check(world) {
      await world.send("test/f");
      await world.send("test/go", {}, { meta: { sessions: { chat: 5 } } });
      expect((await world.run("f")).output.meta).toEqual({ sessions: { chat: "5" } });
      await world.ask("POST", "/invoke/app-g", { data: {}, meta: { sessions: { chat: 7 } }, user: { id: 1 } });
      expect((await world.run("g")).output).toEqual([{ chat: "7" }, { id: 1 }]);
    },
  },
  {
    name: "invoke across apps, by reference",
    functions: ({ fn, sdk }) =>
      fn("f", ({ step }) =>
        step.invoke("there", {
          function: sdk.referenceFunction({ appId: "other", functionId: "child" }),
          data: { n: 4 },
        }),
      ),
    otherFunctions: ({ fn }) => fn("child", ({ event, step }) => step.run("double", () => event.data.n * 2)),
    async check(world) {
      await world.send("test/f");
      expect((await world.run("f")).output).toBe(8);
    },
  },
  {
    name: "invoke with a timeout: an error when it is over, and the other one runs on",
    functions({ fn, world }) {
      const child = fn("child", async ({ step }) => {
        await step.sleep("nap", "2h");
        await step.run("end", () => world.note("child ended"));
      });
      fn({ id: "f", retries: 0 }, ({ step }) =>
        step.invoke("call", { function: child, timeout: "1h" }).catch((error: Error) => error.message),
      );
    },
    async check(world) {
      await world.send("test/f");
      await world.advance("1h");
      expect((await world.run("f")).output).toMatch(/Timed out waiting for invoked function to complete/);
      await world.advance("1h");
      expect(world.log).toEqual(["child ended"]);
    },
  },
  {
    name: "invoke of a function that is not there, or is rate limited, is an error of the step",
    functions({ fn, sdk }) {
      const child = fn({ id: "child", rateLimit: { limit: 1, period: "1h" } }, () => "fine");
      const missing = sdk.referenceFunction({ appId: "app", functionId: "missing" });
      fn({ id: "f", retries: 0 }, async ({ step }) => {
        const call = (id: string, target: object) =>
          step.invoke(id, { function: target, data: {} }).catch((error: Error) => error.message);
        return [await call("one", child), await call("two", child), await call("three", missing)];
      });
    },
    async check(world) {
      await world.send("test/f");
      const { output } = await world.run("f");
      expect(output[0]).toBe("fine");
      expect(output[1]).toMatch(/rate limited/);
      expect(output[2]).toMatch(/missing/);
    },
  },
  {
    name: "an invocation that does not say how long lasts a year",
    functions({ fn }) {
      const child = fn("child", ({ step }) => step.sleep("nap", "366d"));
      fn({ id: "f", retries: 0 }, ({ step }) =>
        step.invoke("call", { function: child }).catch((error: Error) => error.message),
      );
    },
    async check(world) {
      await world.send("test/f");
      await world.advance("364d");
      expect(await world.statuses("f")).toEqual(["Running"]);
      await world.advance("1d");
      expect((await world.run("f")).output).toMatch(/Timed out/);
    },
  },
  {
    name: "a function that is invoked over the API, once for an idempotency key",
    functions: ({ fn, world }) => fn("f", ({ event }) => world.note(event.data.n)),
    async check(world) {
      const body = { data: { n: 1 }, idempotencyKey: "one" };
      const { runId } = await world.ask("POST", "/v2/apps/app/functions/f/invoke", body, 200);
      expect((await world.ask("POST", "/v2/apps/app/functions/f/invoke", body, 409)).runId).toBe(runId);
      await world.ask("POST", "/invoke/app-f", { data: { n: 2 } });
      expect(world.log).toEqual([1, 2]);
    },
  },
];

const model = { usage: {}, choices: [{ message: { role: "assistant", content: "hello" } }] };

const requests: Row[] = [
  {
    name: "Gateway: the engine makes the request of step.fetch, once, and the answer comes back",
    functions: ({ fn, world }) =>
      fn("f", async ({ step }) => {
        const response = await step.fetch(`${world.outside.url}/things?n=1`, { method: "POST", body: "ping" });
        await step.sleep("nap", "1m");
        return [response.status, await response.text()];
      }),
    async check(world) {
      world.outside.answer = ({ method, url }, body) => {
        world.note(`${method} ${url} ${body}`);
        return { status: 202, body: "pong" };
      };
      await world.send("test/f");
      await world.advance("1m");
      expect((await world.run("f")).output).toEqual([202, "pong"]);
      expect(world.log).toEqual(["POST /things?n=1 ping"]);
    },
  },
  {
    name: "Gateway: a server that cannot be reached is tried again, and then an error of the step",
    functions: ({ fn, world }) =>
      fn({ id: "f", retries: 1 }, ({ step }) =>
        step
          .fetch(world.outside.url)
          .then(() => "answered")
          .catch((error: Error) => error.name),
      ),
    async check(world) {
      world.outside.answer = () => world.note("tried", null);
      await world.send("test/f");
      await world.advance("5m");
      expect(world.log).toEqual(["tried", "tried"]);
      expect((await world.run("f")).output).toMatch(/GatewayError|StepError|Error/);
      expect((await world.steps("f"))[0]).toMatchObject({ status: "Failed", error: { name: "GatewayError" } });
    },
  },
  {
    name: "AIGateway: the engine asks the model of step.ai.infer; a refusal is tried again",
    functions: ({ fn, sdk, world }) =>
      fn({ id: "f", retries: 2 }, async ({ step }) => {
        const openai = sdk.openai({
          model: "gpt-4",
          apiKey: "k",
          baseUrl: `${world.outside.url}/v1/`,
        });
        const answer = await step.ai.infer("ask", {
          model: openai,
          body: { messages: [{ role: "user", content: "hi" }] },
        });
        return answer.choices[0].message.content;
      }),
    async check(world) {
      world.outside.answer = ({ url, headers }, body) => {
        world.note([url, headers.authorization, JSON.parse(body).model]);
        return world.log.length === 1 ? { status: 429, body: "{}" } : { status: 200, body: JSON.stringify(model) };
      };
      await world.send("test/f");
      await world.advance("2m");
      expect((await world.run("f")).output).toBe("hello");
      expect(world.log).toEqual([1, 2].map(() => ["/v1/chat/completions", "Bearer k", "gpt-4"]));
    },
  },
];

const cancelOn = (rule: object) => ({ id: "f", cancelOn: [{ event: "test/stop", ...rule }] });

const cancellations: Row[] = [
  {
    name: "cancelOn with match: the event ends the runs that it is about, and only those",
    functions: ({ fn, world }) =>
      fn(cancelOn({ match: "data.id" }), async ({ event, step }) => {
        await step.sleep("nap", "1h");
        await step.run("end", () => world.note(event.data.id));
      }),
    async check(world) {
      for (const id of [1, 2, 3]) await world.send("test/f", { id });
      await world.send("test/stop", { id: 2 });
      await world.send("test/stop", {});
      await world.advance("1h");
      expect(await world.statuses("f")).toEqual(["Completed", "Cancelled", "Completed"]);
      expect([...world.log].sort()).toEqual([1, 3]);
      expect((await world.runs("f"))[1]?.reason).toMatch(/test\/stop/);
    },
  },
  {
    name: "cancelOn with `if` over both events, while a call is under way",
    functions: ({ fn, world }) =>
      fn(cancelOn({ if: "async.data.user == event.data.user && async.data.level > 3" }), (context) =>
        world.holds.hold(context),
      ),
    async check(world) {
      await world.send("test/f", { user: "ana" });
      await world.send("test/stop", { user: "ana", level: 3 });
      await world.send("test/stop", { user: "bob", level: 4 });
      expect(await world.statuses("f")).toEqual(["Running"]);
      await world.send("test/stop", { user: "ana", level: 4 });
      expect(await world.statuses("f")).toEqual(["Cancelled"]);
    },
  },
  {
    name: "cancelOn with a timeout: after it the event changes nothing",
    functions: ({ fn }) => fn(cancelOn({ timeout: "1h" }), ({ step }) => step.sleep("nap", "2h")),
    async check(world) {
      await world.send("test/f");
      await world.advance("61m");
      await world.send("test/stop");
      await world.advance("1h");
      expect(await world.statuses("f")).toEqual(["Completed"]);
    },
  },
  {
    name: "a run that an event cancels before it began does not begin",
    functions: ({ fn, world }) =>
      fn({ ...cancelOn({ match: "data.id" }), concurrency: 1 }, async (context) => {
        world.note(context.event.data.id);
        await world.holds.hold(context);
      }),
    async check(world) {
      await world.send("test/f", { id: 1 });
      await world.send("test/f", { id: 2 });
      await world.send("test/stop", { id: 2 });
      world.holds.release();
      await world.idle();
      expect(world.log).toEqual([1]);
      expect(await world.statuses("f")).toEqual(["Completed", "Cancelled"]);
    },
  },
];

export const invocationRows: Row[] = [...invocations, ...requests, ...cancellations];
