/** Waits for events of runs of which little is known any more, and one wait right after another. */
import type { Operation } from "stepwell/protocol";
import { expect, it } from "vitest";
import { resolveLimits } from "../../../../server/src/core/limits/limits.ts";
import type { Draft } from "../../../../server/src/core/ops/draft.ts";
import { waitForEvent } from "../../../../server/src/core/ops/wait-for-event.ts";
import { makeRun, makeStep, t0 } from "../../../conformance/store-records.ts";
import { operations, result, type Script } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const wait = (id: string, timeout: string, condition?: string): Operation => ({
  op: "WaitForEvent",
  id,
  name: "test/go",
  displayName: id,
  opts: { timeout, ...(condition !== undefined && { if: condition }) },
});

it("of a run whose events and details are not stored any more compares with what there is: nothing", () => {
  const ended = [makeStep("R1", "before", { op: "WaitForEvent", endedAt: t0, detail: null })];
  const execution = { run: makeRun("R1"), events: [], ended };
  const draft = { execution, now: t0, limits: resolveLimits(), plans: [] } as unknown as Draft;
  waitForEvent(draft, wait("w", "1h", "async.data.id == event.data.id"));
  expect(draft.plans).toMatchObject([
    {
      item: { payload: { awaited: { event: "test/go", until: t0 + 3_600_000 } } },
      waits: [{ wait: { path: "data.id", value: "null" }, lookBack: { ignoredEventIds: ["event-of-R1", ""] } }],
    },
  ]);
});

it("that begins in the moment in which the one before gave up takes the next event", async () => {
  const script: Script = ({ body }) => {
    const missing = ["w1", "w2"].find((id) => !(id in body.steps));
    return missing === undefined ? result(body.steps) : operations([wait(missing, missing === "w1" ? "1s" : "1h")]);
  };
  const core = await engineWith({ "app-f": script });
  const id = await core.send("test/app-f");
  await core.advance(1000);
  await core.send("test/go", { n: 1 });
  expect(await core.output(id)).toMatchObject({ w1: null, w2: { data: { data: { n: 1 } } } });
});
