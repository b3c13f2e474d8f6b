import type { Operation } from "stepwell/protocol";
import { describe, expect, it } from "vitest";
import { operations, result, type Script } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const day = 86_400_000;

const signalStep = (opts: Record<string, unknown> = {}): Operation => ({
  op: "WaitForSignal",
  id: "s",
  name: "go",
  displayName: "s",
  opts: { signal: "go", timeout: "1h", conflict: "fail", ...opts },
});

const waitsForSignal =
  (opts: Record<string, unknown> = {}): Script =>
  ({ body }) =>
    "s" in body.steps ? result(body.steps.s) : operations([signalStep(opts)]);

describe("waiting for a signal", () => {
  it("ends with it and its data, once", async () => {
    const core = await engineWith({ "app-f": waitsForSignal() });
    const id = await core.send("test/app-f");
    const run = await core.runOf(id);
    await expect(core.engine.signal({ body: { signal: "other" } })).rejects.toMatchObject({ code: "signal_not_found" });
    expect(await core.engine.signal({ body: { signal: "go", data: { yes: 1 } } })).toEqual({ runId: run.id });
    await core.idle();
    expect(await core.output(id)).toEqual({ data: { signal: "go", data: { yes: 1 } } });
    await expect(core.engine.signal({ body: { signal: "go" } })).rejects.toMatchObject({
      code: "signal_not_found",
      message: "No signal found",
    });
  });

  it("two senders at once: one is told that nobody waits", async () => {
    const core = await engineWith({ "app-f": waitsForSignal() });
    const id = await core.send("test/app-f");
    const sent = await Promise.allSettled([1, 2].map((data) => core.engine.signal({ body: { signal: "go", data } })));
    await core.idle();
    expect(sent.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await core.runOf(id)).status).toBe("Completed");
  });

  it("gives up after its time, a year when it does not say", async () => {
    const core = await engineWith({ "app-f": waitsForSignal({ timeout: "" }) });
    const id = await core.send("test/app-f");
    await core.advance(365 * day - 1);
    expect((await core.runOf(id)).status).toBe("Running");
    await core.advance(1);
    expect(await core.runOf(id)).toMatchObject({ status: "Completed", output: "null" });
  });

  it("that another run waits for fails the run", async () => {
    const core = await engineWith({ "app-f": waitsForSignal() });
    const first = await core.send("test/app-f");
    const second = await core.send("test/app-f");
    expect(await core.output(second)).toMatchObject({
      message: "Signal conflict; signal wait already exists for another run",
    });
    expect((await core.runOf(first)).status).toBe("Running");
    await core.engine.signal({ body: { signal: "go" } });
    await core.idle();
    expect((await core.runOf(first)).status).toBe("Completed");
  });

  it("with `replace` takes it over, and the other goes on when its time is over", async () => {
    const core = await engineWith({ "app-f": waitsForSignal({ conflict: "replace" }) });
    const first = await core.send("test/app-f");
    await core.advance(1000);
    const second = await core.send("test/app-f");
    await core.engine.signal({ body: { signal: "go" } });
    await core.idle();
    expect((await core.runOf(second)).status).toBe("Completed");
    expect((await core.runOf(first)).status).toBe("Running");
    await core.advance(3_600_000);
    expect(await core.runOf(first)).toMatchObject({ status: "Completed", output: "null" });
  });

  it.each([
    ["no name", { ...signalStep({ signal: "" }), name: "" }, "without a name"],
    ["an unknown conflict", signalStep({ conflict: "wait" }), 'expected "fail" or "replace"'],
    ["a timeout that is none", signalStep({ timeout: "soon" }), 'waits for "soon"'],
  ])("with %s fails the run", async (_what, operation, message) => {
    const core = await engineWith({ "app-f": () => operations([operation]) }, { retries: 0 });
    expect(await core.output(await core.send("test/app-f"))).toMatchObject({
      message: expect.stringContaining(message),
    });
  });

  it("takes its name from the step's, where its options have none, and mends what is no Unicode", async () => {
    const script: Script = ({ body }) =>
      "s" in body.steps
        ? result(body.steps.s)
        : operations([{ op: "WaitForSignal", id: "s", name: "g\ud800o", opts: { timeout: "1h", conflict: "" } }]);
    const core = await engineWith({ "app-f": script });
    const id = await core.send("test/app-f");
    await core.engine.signal({ body: { signal: "g\ufffdo", data: 7 } });
    await core.idle();
    expect(await core.output(id)).toEqual({ data: { signal: "g\ufffdo", data: 7 } });
  });

  it("of which a step of the same run waits already fails the run, or is taken over with `replace`", async () => {
    const nap: Operation = { op: "Sleep", id: "z", name: "1m", opts: { parallelMode: "race" } };
    const asksAgain =
      (conflict: string): Script =>
      ({ body }) => {
        if ("t" in body.steps) return result(body.steps.t);
        const first = signalStep({ conflict });
        return "z" in body.steps ? operations([{ ...first, id: "t" }]) : operations([first, nap]);
      };
    const strict = await engineWith({ "app-f": asksAgain("fail") });
    const failing = await strict.send("test/app-f");
    await strict.advance(60_000);
    expect(await strict.runOf(failing)).toMatchObject({ status: "Failed" });
    expect(await strict.output(failing)).toMatchObject({ name: "SignalConflictError" });
    const core = await engineWith({ "app-f": asksAgain("replace") });
    const id = await core.send("test/app-f");
    await core.advance(60_000);
    await core.engine.signal({ body: { signal: "go", data: 1 } });
    await core.idle();
    expect(await core.runOf(id)).toMatchObject({ status: "Running" });
    await core.advance(3_600_000 - 60_000);
    expect(await core.output(id)).toEqual({ data: { signal: "go", data: 1 } });
  });

  it("twice in one run fails the run", async () => {
    const core = await engineWith({ "app-f": () => operations([signalStep(), { ...signalStep(), id: "t" }]) });
    expect(await core.output(await core.send("test/app-f"))).toMatchObject({
      message: expect.stringContaining("so does another step of this run"),
    });
  });

  it.each([[null], [{}], [{ signal: 5 }], [{ signal: "" }]])("sending %j is refused", async (body) => {
    const core = await engineWith({ "app-f": waitsForSignal() });
    await expect(core.engine.signal({ body })).rejects.toMatchObject({ code: "invalid_request" });
  });
});
