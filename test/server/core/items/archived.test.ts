import { afterEach, expect, it } from "vitest";
import { noAdvice } from "../../../../server/src/domain/answer.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, result, type Script } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

async function engineWith(script: Script): Promise<void> {
  core = await createCoreEngine({ scripts: { "app-f": script }, retryIntervalMs: 1000 });
  await core.engine.register(registration([functionConfig("app-f")]));
}

it("a run whose function is not served for a while goes on when it is served again", async () => {
  await engineWith(({ body }) =>
    body.ctx.attempt === 0 ? failure({ name: "Error", message: "once" }) : result("back"),
  );
  const id = await core.send("test/app-f");
  await core.engine.register(registration([functionConfig("app-g")]));
  await core.advance(1000);
  const run = await core.runOf(id);
  expect(run.status).toBe("Running");
  const attempts = await core.store.listAttempts(run.id);
  expect(attempts.map(({ error }) => JSON.parse(error).name)).toEqual(["Error", "UnknownFunctionError"]);
  await core.engine.register(registration([functionConfig("app-f"), functionConfig("app-g")]));
  await core.advance(1000);
  expect(await core.output(id)).toBe("back");
});

it("a run of a function that is no longer served can be cancelled", async () => {
  await engineWith(() => failure({ name: "Error", message: "no" }));
  const id = await core.send("test/app-f");
  await core.engine.register(registration([functionConfig("app-g")]));
  await core.engine.cancelRun((await core.runOf(id)).id);
  expect((await core.runOf(id)).status).toBe("Cancelled");
});

it("an error with a cause that is nested too deep keeps its name and message", async () => {
  const cause = JSON.parse("[".repeat(9000) + "]".repeat(9000));
  await engineWith(() => failure({ name: "TypeError", message: "deep", cause }, { noRetry: true }));
  expect(await core.output(await core.send("test/app-f"))).toEqual({ message: "deep", name: "TypeError" });
});

it("a run whose steps return more than 32 MiB together fails", async () => {
  const blob = "x".repeat(3_900_000);
  await engineWith(({ body }) => ({
    kind: "operations",
    requestVersion: 2,
    retry: noAdvice,
    operations: Array.from({ length: 9 }, (_, n) => ({
      op: "StepRun",
      id: `${body.ctx.stack.current}-${n}`,
      data: blob,
    })),
  }));
  expect(await core.output(await core.send("test/app-f"))).toMatchObject({ name: "InngestErrStateOverflowed" });
});
