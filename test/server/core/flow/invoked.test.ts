/** Invocations meet the limits on starts like events, and their callers hear of it; they wait for no debounce and no batch. */
import type { Operation } from "stepwell/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result, type Script } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

const invokeStep: Operation = {
  op: "InvokeFunction",
  id: "call",
  displayName: "call",
  opts: { function_id: "app-b", payload: { data: { user: "a" } } },
};

/** Ends with what its step `call` came to. */
const caller: Script = ({ body }) => {
  const memo = (body.steps as Record<string, unknown>).call;
  return memo === undefined ? operations([invokeStep]) : result(memo);
};

/** What callers of a function with these options get, one after the other. */
async function callTwice(
  options: Record<string, unknown>,
  callee: Script = () => result("called"),
): Promise<unknown[]> {
  core = await createCoreEngine({ scripts: { "app-a": caller, "app-b": callee } });
  await core.engine.register(registration([functionConfig("app-a"), functionConfig("app-b", options)]));
  const ids = [await core.send("test/app-a"), await core.send("test/app-a")];
  return Promise.all(ids.map((id) => core.output(id)));
}

describe("an invoked function", () => {
  it("that is rate limited fails the step of its caller", async () => {
    const [first, second] = await callTwice({ rateLimit: { limit: 1, period: "1m", key: "event.data.user" } });
    expect(first).toEqual({ data: "called" });
    expect(second).toMatchObject({
      error: { message: expect.stringContaining("invoked function was not started: rate limited") },
    });
  });

  it("that is a singleton fails the step of a second caller", async () => {
    const sleep: Operation = { op: "Sleep", id: "nap", displayName: "nap", name: "1h" };
    const [first, second] = await callTwice({ singleton: { mode: "skip" } }, () => operations([sleep]));
    expect(first).toBeNull();
    expect(second).toMatchObject({ error: { message: expect.stringContaining("singleton: run ") } });
  });

  it("that gives way to another tells its caller so", async () => {
    const sleep: Operation = { op: "Sleep", id: "nap", displayName: "nap", name: "1h" };
    const [first, second] = await callTwice({ singleton: { mode: "cancel" } }, () => operations([sleep]));
    expect(first).toMatchObject({ error: expect.anything() });
    expect(second).toBeNull();
  });

  it.each([{ debounce: { period: "1h" } }, { batchEvents: { maxSize: 9, timeout: "1h" } }])(
    "with %j starts at once",
    async (options) => {
      expect(await callTwice(options)).toEqual([{ data: "called" }, { data: "called" }]);
    },
  );
});
