/** What a crash, a cancellation or another winner leaves behind in the queue: it is finished, or dropped, never done twice. */
import type { Operation } from "stepwell/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { EngineError } from "../../../../server/src/domain/error.ts";
import type { QueuePut } from "../../../../server/src/domain/queue/queue-item.ts";
import { type ItemGiven, makeEvent, makeItem } from "../../../conformance/store-records.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result, type Script } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const wait: Operation = { op: "WaitForEvent", id: "w", name: "test/go", displayName: "w", opts: { timeout: "1h" } };
const waitsOnce: Script = ({ body }) => ("w" in body.steps ? result(body.steps.w) : operations([wait]));

/** Puts items behind the engine's back, as an earlier process would have left them, and lets the engine find them. */
async function leave(core: CoreEngine, ...puts: QueuePut[]): Promise<void> {
  const functionId = core.engine.functions()[0]?.id ?? "";
  const now = core.clock.now();
  await core.store.commit({ lease: null, puts: puts.map((put) => ({ ...put, functionId, dueAt: now })) });
  await core.send("test/nothing");
  await core.engine.stop(0);
  await core.engine.start();
  await core.idle();
  expect(await core.store.lease({ now: now + 1, leaseUntil: now + 2, limit: 10 })).toEqual([]);
}

const left = (kind: "wake" | "resume" | "match", fields: ItemGiven = {}): QueuePut =>
  makeItem(`left-${kind}`, { kind, functionId: "", dueAt: 0, ...fields });

/** Lets the event loop turn a few times: the engine is not idle while it waits for the clock. */
async function turns(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe("what is left behind", () => {
  it("a match that a crash cut short goes on with the next process", async () => {
    const core = await engineWith({ "app-f": waitsOnce });
    const id = await core.send("test/app-f");
    await core.engine.stop(0);
    const event = makeEvent("01M809V27AGMJPM80XTPDYF7N9", { name: "test/go", receivedAt: core.clock.now() });
    await core.store.commit({ lease: null, events: [event] });
    const next = await createCoreEngine({ store: core.store, clock: core.clock, scripts: { "app-f": waitsOnce } });
    await next.idle();
    expect((await next.runOf(id)).status).toBe("Completed");
    await next.engine.stop(0);
  });

  it("a match whose commit fails is begun again, and ends each wait once", async () => {
    const core = await engineWith({ "app-f": waitsOnce });
    const ids = [await core.send("test/app-f"), await core.send("test/app-f")];
    const { store } = core;
    const commit = store.commit.bind(store);
    let failures = 1;
    store.commit = async (transition, claim) => {
      if (transition.waitTakes !== undefined && failures-- > 0) throw new Error("the disk is gone");
      return commit(transition, claim);
    };
    await core.send("test/go");
    expect((await core.runOf(ids[0] ?? "")).status).toBe("Running");
    await core.advance(31_000);
    for (const id of ids) expect((await core.runOf(id)).status).toBe("Completed");
    expect(core.caller.calls).toHaveLength(4);
  });

  it("items for runs, steps, events and waits that are gone are dropped", async () => {
    const core = await engineWith({ "app-f": waitsOnce });
    const id = await core.send("test/app-f");
    const { id: runId } = await core.runOf(id);
    const scope = (fields: object): string => JSON.stringify({ eventId: "E1", upTo: 9, waitId: null, ...fields });
    await leave(
      core,
      left("wake", { runId: "gone", stepId: "w" }),
      left("resume", { runId, stepId: "unknown", payload: '{"memo":{"data":1}}' }),
      left("match", { payload: scope({}) }),
    );
    const eventId = await core.send("test/other");
    await leave(core, left("match", { payload: scope({ eventId, waitId: "gone" }) }));
    expect((await core.runOf(id)).status).toBe("Running");
  });

  it("a timeout whose wait was taken in the same moment is dropped", async () => {
    const core = await engineWith({ "app-f": waitsOnce });
    const id = await core.send("test/app-f");
    const { id: runId } = await core.runOf(id);
    await core.store.commit({ lease: null, waitTakes: [{ waitId: `${runId}:w`, item: null }] });
    await leave(core, left("wake", { id: `${runId}:w`, runId, stepId: "w" }));
    expect(await core.runOf(id)).toMatchObject({ status: "Running", stepCount: 0 });
  });

  it("a wait whose event or invoked run is not stored any more fails its step", async () => {
    const core = await engineWith({ "app-f": waitsOnce });
    for (const payload of ['{"eventId":"gone"}', '{"runId":"gone"}']) {
      const id = await core.send("test/app-f");
      const { id: runId } = await core.runOf(id);
      await leave(core, left("resume", { runId, stepId: "w", payload }));
      expect(await core.output(id)).toMatchObject({ error: { name: "InngestLostResultError" } });
      expect(await core.store.listWaits(runId)).toEqual([]);
    }
  });

  it("a request whose step has ended is not made", async () => {
    const asked: string[] = [];
    const core = await engineWith(
      { "app-f": waitsOnce },
      {},
      {
        http(request) {
          asked.push(request.url);
          return { kind: "failed", message: "no" };
        },
      },
    );
    const id = await core.send("test/app-f");
    const { id: runId } = await core.runOf(id);
    await core.send("test/go");
    const payload = JSON.stringify({ kind: "fetch", request: { url: "http://a.test", method: "GET" } });
    await leave(core, makeItem("left-request", { kind: "request", runId, stepId: "w", payload, lane: null }));
    expect(asked).toEqual([]);
  });

  it("a store that fails for a moment is offered the answer of a request again", async () => {
    const script: Script = ({ body }) =>
      "g" in body.steps
        ? result("kept")
        : operations([{ op: "Gateway", id: "g", displayName: "g", opts: { url: "http://a.test" } }]);
    let asked = 0;
    const answered = {
      kind: "answered",
      url: "http://a.test",
      status: 200,
      headers: {},
      body: "",
      retryAt: null,
    } as const;
    const core = await createCoreEngine({
      scripts: { "app-f": script },
      http: () => {
        asked++;
        return answered;
      },
    });
    onTestFinished(() => core.stop());
    await core.engine.register(registration([functionConfig("app-f")]));
    const { store } = core;
    const commit = store.commit.bind(store);
    let failures = 2;
    store.commit = async (transition, claim) => {
      if ((transition.ends?.length ?? 0) > 0 && failures-- > 0)
        throw new EngineError("store_failed", "for a moment", { retryable: true });
      return commit(transition, claim);
    };
    const { ids } = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    for (let i = 0; i < 5; i++) await core.clock.advance(1000, turns);
    expect(await core.output(ids[0] ?? "")).toBe("kept");
    expect(asked).toBe(1);
  });
});
