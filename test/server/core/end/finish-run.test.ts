import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, result, type Script } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

async function engineWith(script: Script): Promise<CoreEngine> {
  core = await createCoreEngine({ scripts: { "app-f": script } });
  await core.engine.register(registration([functionConfig("app-f")]));
  return core;
}

describe("the end of a run", () => {
  it("sends finished and failed events, which start failure handlers", async () => {
    const seen: unknown[] = [];
    core = await createCoreEngine({
      scripts: {
        "app-f": () => failure({ name: "Error", message: "gives up", __serialized: true }, { noRetry: true }),
        "app-f-failure": ({ body }) => {
          seen.push(body.event);
          return failure({ name: "Error", message: "so do I" }, { noRetry: true });
        },
      },
    });
    const handler = functionConfig("app-f-failure", {
      triggers: [{ event: "inngest/function.failed", expression: "event.data.function_id == 'app-f'" }],
    });
    await core.engine.register(registration([functionConfig("app-f"), handler]));
    const id = await core.send("test/app-f", { job: 1 });
    const run = await core.runOf(id);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      name: "inngest/function.failed",
      id: run.id,
      data: {
        _inngest: { status: "Failed" },
        error: { name: "Error", error: "Error", message: "gives up" },
        event: { name: "test/app-f", data: { job: 1 }, id },
        function_id: "app-f",
        result: { message: "gives up", __serialized: true },
        run_id: run.id,
      },
    });
    const names = (await core.store.listEvents({ limit: 10 })).map(({ name }) => name).sort();
    expect(names).toEqual(["inngest/function.failed", "inngest/function.finished", "test/app-f"]);
  });

  it("by cancellation drops the answer that comes later, and cannot happen twice", async () => {
    let answer: (() => void) | undefined;
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await engineWith(async () => {
      await waiting;
      return result("too late");
    });
    const { ids } = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    const run = await core.runOf(ids[0] ?? "");
    await core.engine.cancelRun(run.id);
    answer?.();
    await core.idle();
    expect(await core.runOf(ids[0] ?? "")).toMatchObject({ status: "Cancelled", output: null });
    await expect(core.engine.cancelRun(run.id)).rejects.toMatchObject({ code: "run_ended" });
    await expect(core.engine.cancelRun("01M80A86GX8TNDGPGME6V4F1EM")).rejects.toMatchObject({ code: "run_not_found" });
    const events = await core.store.listEvents({ name: "inngest/function.cancelled", limit: 10 });
    expect(events).toHaveLength(1);
  });

  it("by an error without a name is told of as an Error", async () => {
    await engineWith(() => failure({} as never, { noRetry: true }));
    await core.send("test/app-f");
    expect(core.activities.at(-1)).toMatchObject({ kind: "run-ended", status: "Failed", error: "Error: " });
  });
});
