/** What engines on one state tell each other: calls that are for nothing end wherever they are made, and people hear of all of it. */
import { describe, expect, it } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createHeldCalls } from "../../../helpers/held-calls.ts";
import { result } from "../../../helpers/scripted-caller.ts";
import { openTwoEngines, type TwoEngines } from "../../../helpers/two-engines.ts";

/** What both do at this moment. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A makes a call of the function, which does not end by itself. */
async function calledAtA(options: Record<string, unknown> = {}, hear = true) {
  const held = createHeldCalls();
  const engines = await openTwoEngines({ hear, scripts: { "app-f": held.script }, more: { shared: true } });
  const { a, b } = engines;
  await a.engine.register(registration([functionConfig("app-f", options)]));
  const run = await a.runOf(await held.send(a, "test/app-f"));
  expect([a.engine.running().length, b.engine.running().length, held.open.length]).toEqual([1, 0, 1]);
  return { ...engines, held, run };
}

const body = { reason: "wrong prices", author: "ana" };

interface Way {
  way: string;
  act(engines: TwoEngines, runId: string): Promise<unknown>;
  options?: Record<string, unknown>;
}

const ways: readonly Way[] = [
  { way: "by request", act: ({ b }, runId) => b.engine.cancelRun(runId) },
  { way: "by an event", act: ({ b }) => b.send("test/stop"), options: { cancel: [{ event: "test/stop" }] } },
  { way: "by the pause of its function", act: ({ b }) => pauseAt(b, { scope: "function", target: "app-f" }) },
  { way: "by the pause of its app", act: ({ b }) => pauseAt(b, { scope: "app", target: "app" }) },
  { way: "by the pause of everything", act: ({ b }) => pauseAt(b, { scope: "all" }) },
  {
    way: "in bulk",
    act: ({ b }) => b.engine.operations.startBulkJob({ kind: "cancel", filter: {}, reason: "all wrong" }),
  },
  {
    way: "by its time limit",
    act: ({ b }) => b.clock.advance(3_600_000, turns),
    options: { timeouts: { finish: "1h" } },
  },
];

function pauseAt({ engine }: TwoEngines["b"], target: Record<string, unknown>): Promise<unknown> {
  return engine.operations.pause({ ...target, ...body, running: "cancel" });
}

describe("a run that is cancelled at B", () => {
  it.each(ways)("$way: the call that A makes for it ends at once", async ({ act, options }) => {
    const engines = await calledAtA(options);
    const { a, held, run } = engines;
    await act(engines, run.id);
    await turns();
    expect(await a.store.getRun(run.id)).toMatchObject({ status: "Cancelled" });
    expect(held.open).toEqual([]);
    expect(a.engine.running()).toEqual([]);
  });

  it("by another run of the singleton: the call that A makes for it ends, and B's goes on", async () => {
    const engines = await calledAtA({ singleton: { mode: "cancel" } });
    const { a, b, held, run } = engines;
    const { ids } = await b.engine.ingest({ body: { name: "test/app-f", data: {} }, seed: null });
    await turns();
    const next = await b.runOf(ids[0] ?? "");
    expect(await b.store.getRun(run.id)).toMatchObject({ status: "Cancelled" });
    expect(held.open.map(({ body: { ctx } }) => ctx.run_id)).toEqual([next.id]);
    expect(a.engine.running()).toEqual([]);
    held.release(result("second"));
    await engines.idle();
    expect(await b.store.getRun(next.id)).toMatchObject({ status: "Completed" });
  });

  it("ends A's call with the next renewal of its lease when A has not heard of it, and what the call gives is dropped", async () => {
    const { a, b, held, run, idle } = await calledAtA({}, false);
    await b.engine.cancelRun(run.id);
    expect(held.open).toHaveLength(1);
    await a.clock.advance(10_000, turns);
    expect(held.open).toEqual([]);
    await idle();
    expect(await a.store.getRun(run.id)).toMatchObject({ status: "Cancelled", output: null });
  });
});

it("a pause at B that lets calls finish ends none, and A starts nothing of it any more", async () => {
  const { a, b, held, run, idle } = await calledAtA();
  await b.engine.operations.pause({ scope: "function", target: "app-f", ...body });
  await held.send(a, "test/app-f");
  expect(held.open.map(({ body: { ctx } }) => ctx.run_id)).toEqual([run.id]);
  held.release(result("finished"));
  await idle();
  expect(await b.store.getRun(run.id)).toMatchObject({ status: "Completed" });
  expect(held.open).toEqual([]);
});

it("people who look at either engine hear of what both do, once and in order", async () => {
  const { a, b, held, run, idle } = await calledAtA();
  held.release(result("done"));
  await idle();
  await b.send("test/nobody");
  const told = ({ activities }: TwoEngines["a"]) => activities.map(({ kind }) => kind);
  const expected = ["app-synced", "event-received", "run-started", "run-ended", "event-received"];
  expect(told(a)).toEqual(expected);
  expect(told(b)).toEqual(expected);
  expect(b.activities).toContainEqual(
    expect.objectContaining({ kind: "run-ended", runId: run.id, status: "Completed" }),
  );
});
