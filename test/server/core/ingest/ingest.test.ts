import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
beforeEach(async () => {
  const ok = () => result("ok");
  core = await createCoreEngine({ scripts: { "app-a": ok, "app-b": ok, "app-all": ok } });
});
afterEach(() => core.stop());

const ingest = (body: unknown, seed: string | null = null) => core.engine.ingest({ body, seed });
const stored = () => core.store.listEvents({ limit: 1000 });

describe("ingest", () => {
  it("takes one event or many and answers with ids in order", async () => {
    const one = await ingest({ name: "x" });
    const many = await ingest([
      { name: "y" },
      { name: "z", id: "own", ts: 1_700_000_000_000, v: "2", data: { b: 1, a: 2 } },
    ]);
    expect([...one.ids, ...many.ids]).toHaveLength(3);
    const event = await core.store.getEvent(many.ids[1] ?? "");
    expect(event).toMatchObject({
      name: "z",
      id: "own",
      ts: 1_700_000_000_000,
      v: "2",
      data: '{"b":1,"a":2}',
      receivedAt: core.clock.now(),
    });
    expect(await core.store.getEvent(one.ids[0] ?? "")).toMatchObject({
      id: one.ids[0],
      ts: core.clock.now(),
      data: "{}",
    });
    expect(await ingest([])).toEqual({ ids: [] });
  });

  it.each([
    ["no name", { data: {} }, "invalid_event", "event name is empty"],
    ["an empty name", { name: "  " }, "invalid_event", "event name is empty"],
    ["a name that is no text", { name: 7 }, "invalid_event", "event name is empty"],
    ["a long name", { name: "n".repeat(513) }, "invalid_event", "513 characters"],
    ["a reserved name", { name: "INNGEST/fake" }, "invalid_event", "reserved for internal use"],
    ["data that is text", { name: "x", data: "text" }, "invalid_event", "`data` must be an object, got string"],
    ["data that is a list", { name: "x", data: [] }, "invalid_event", "got array"],
    ["a time in seconds", { name: "x", ts: 1_700_000 }, "invalid_event", "not seconds"],
    ["a time that is text", { name: "x", ts: "now" }, "invalid_event", "`ts` must be a number"],
    ["an id that is a number", { name: "x", id: 5 }, "invalid_event", "`id` must be a string"],
    [
      "3.1 MiB",
      { name: "x", data: { blob: "b".repeat(3.1 * 1024 * 1024) } },
      "event_too_large",
      "over the max size: Max 3145728 bytes",
    ],
    ["no object", "text", "invalid_event", "event object or an array"],
    ["null", null, "invalid_event", "event object or an array"],
    ["a null in a list", [{ name: "x" }, null], "invalid_event", "Event 2: it must be an object"],
    [
      "5,001 events",
      Array.from({ length: 5001 }, () => ({ name: "x" })),
      "too_many_events",
      "at most 5000 events, this one has 5001",
    ],
    ["a bad event after a good one", [{ name: "x" }, {}], "invalid_event", "Event 2"],
  ])("refuses %s, and stores nothing", async (_what, body, code, message) => {
    await expect(ingest(body)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await stored()).toEqual([]);
  });

  it.each<[string, unknown, unknown]>([
    ["none", undefined, null],
    ["null", null, null],
    ["of nothing", { sessions: {}, propagated_sessions: {} }, null],
    ["set by hand", { sessions: { chat: 5, user: "ana" } }, { sessions: { chat: "5", user: "ana" } }],
    ["inherited", { propagated_sessions: { chat: "c" } }, { sessions: { chat: "c" } }],
    [
      "both: by hand wins, null cuts one off",
      { sessions: { chat: "own", user: null }, propagated_sessions: { chat: "c", user: "ana", job: 1 } },
      { sessions: { chat: "own", job: "1" } },
    ],
    ["cut off whole", { sessions: null, propagated_sessions: { chat: "c" } }, null],
    [
      "more than five in all: by hand first, then by name",
      { sessions: { z: 1, y: 1, x: 1 }, propagated_sessions: { d: 1, c: 1, b: 1, a: 1 } },
      { sessions: { z: "1", y: "1", x: "1", a: "1", b: "1" } },
    ],
    ["what newer SDKs add is kept", { trace: { id: 1 } }, { trace: { id: 1 } }],
  ])("keeps an event's `meta`: %s", async (_what, meta, expected) => {
    const { ids } = await ingest({ name: "x", meta });
    const kept = (await core.store.getEvent(ids[0] ?? ""))?.meta ?? null;
    expect(kept === null ? null : JSON.parse(kept)).toEqual(expected);
  });

  it.each([
    ["a text", "chat", "`meta` must be an object"],
    ["sessions that are a list", { sessions: [] }, "`meta.sessions` must be an object"],
    ["six sessions", { sessions: { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 } }, "names 6 sessions, the most is 5"],
    ["a name that is empty", { sessions: { "": 1 } }, "a name that is not 1 to 128 bytes long"],
    ["a name that is long", { sessions: { ["ä".repeat(65)]: 1 } }, "a name that is not 1 to 128 bytes long"],
    ["an id that is empty", { sessions: { chat: "" } }, "`meta.sessions.chat` must be a text that is not empty"],
    ["an id that is long", { sessions: { chat: "i".repeat(513) } }, "has 513 bytes, the most is 512"],
    ["an id that is true", { sessions: { chat: true } }, "`meta.sessions.chat` must be"],
    ["an inherited null", { propagated_sessions: { chat: null } }, "`meta.propagated_sessions.chat` must be"],
  ])("refuses a `meta` of %s", async (_what, meta, message) => {
    await expect(ingest({ name: "x", meta })).rejects.toMatchObject({
      code: "invalid_event",
      message: expect.stringContaining(message),
    });
  });

  it("drops `_inngest` from data and keeps `__proto__` as plain data", async () => {
    const { ids } = await ingest(
      JSON.parse('{"name":"x","data":{"_inngest":{"fn_id":"f"},"__proto__":{"admin":true},"a":1}}'),
    );
    const event = await core.store.getEvent(ids[0] ?? "");
    expect(event?.data).toBe('{"__proto__":{"admin":true},"a":1}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("makes the recorded ids from a seed, and stores a repeated request once", async () => {
    await core.engine.register(registration([functionConfig("app-a", { triggers: [{ event: "x" }] })]));
    const seed = "1795307001928,mcqOdygBc0ijbw==";
    const first = await ingest([{ name: "x" }, { name: "y" }], seed);
    expect(first.ids).toEqual(["01M80A5P28K758WXS805SMH8VG", "01M80A5P28K758WXS805SMH8VH"]);
    expect(await ingest([{ name: "x" }, { name: "y" }], seed)).toEqual(first);
    await core.idle();
    expect(await core.store.listRunsOfEvent("01M80A5P28K758WXS805SMH8VG")).toHaveLength(1);
    expect((await ingest({ name: "x" }, "nonsense")).ids[0]).not.toBe(first.ids[0]);
  });

  it("refuses events while the engine stops", async () => {
    await core.engine.stop(0);
    await expect(ingest({ name: "x" })).rejects.toMatchObject({ code: "shutting_down", retryable: true });
  });
});

describe("matching", () => {
  const started = async (name: string, data: unknown = {}): Promise<string[]> => {
    const runs = await core.store.listRunsOfEvent(await core.send(name, data));
    return runs.map((run) => core.engine.functionById(run.functionId)?.slug ?? "?").sort();
  };

  it("goes by name, wildcard and condition, each function once", async () => {
    const a = functionConfig("app-a", { triggers: [{ event: "shop/order.created" }, { event: "shop/*" }] });
    const b = functionConfig("app-b", {
      triggers: [{ event: "shop/order.created", expression: "event.data.total + 1 > 100 && event.data.vip == true" }],
    });
    const all = functionConfig("app-all", { triggers: [{ event: "shop/order.*" }] });
    await core.engine.register(registration([a, b, all]));
    expect(await started("shop/order.created", { total: 100, vip: true })).toEqual(["app-a", "app-all", "app-b"]);
    expect(await started("shop/order.created", { total: 50, vip: true })).toEqual(["app-a", "app-all"]);
    expect(await started("shop/order.created")).toEqual(["app-a", "app-all"]);
    expect(await started("shop/refund")).toEqual(["app-a"]);
    expect(await started("shopping")).toEqual([]);
    expect(core.warnings).toEqual([]);
  });

  it("takes a condition that fails or gives no boolean as not met, and logs it", async () => {
    await core.engine.register(
      registration([functionConfig("app-a", { triggers: [{ event: "x", expression: "event.data.n" }] })]),
    );
    expect(await started("x", { n: 3 })).toEqual([]);
    expect(core.warnings).toEqual(["A trigger's condition failed to evaluate"]);
    expect(await started("x", { n: true })).toEqual(["app-a"]);
  });
});

describe("invoke", () => {
  it("starts one function, whatever its triggers", async () => {
    await core.engine.register(registration([functionConfig("app-a", { triggers: [] }), functionConfig("app-b")]));
    const { eventId, runId } = await core.engine.invoke({ slug: "app-a", body: { data: { n: 1 } } });
    await core.idle();
    expect(await core.runOf(eventId)).toMatchObject({ id: runId, status: "Completed" });
    expect(await core.store.getEvent(eventId)).toMatchObject({
      name: "inngest/function.invoked",
      data: '{"n":1,"_inngest":{"fn_id":"app-a"}}',
    });
  });

  it("takes a call without a body as one without data", async () => {
    await core.engine.register(registration([functionConfig("app-a")]));
    const { eventId } = await core.engine.invoke({ slug: "app-a", body: null });
    await core.idle();
    expect(await core.store.getEvent(eventId)).toMatchObject({ data: '{"_inngest":{"fn_id":"app-a"}}' });
  });

  it("says which functions there are when it knows none of that name", async () => {
    await expect(core.engine.invoke({ slug: "nope", body: {} })).rejects.toMatchObject({
      code: "unknown_function",
      message: expect.stringContaining("No app is synced"),
    });
    await core.engine.register(registration([functionConfig("app-a")]));
    await expect(core.engine.invoke({ slug: "nope", body: {} })).rejects.toMatchObject({
      message: 'There is no function "nope". Functions here: app-a.',
    });
    await expect(core.engine.invoke({ slug: "app-a", body: { data: 3 } })).rejects.toMatchObject({
      code: "invalid_event",
    });
  });
});

describe("texts that are no Unicode", () => {
  it("are mended in events, instead of stopping their runs", async () => {
    await core.engine.register(registration([functionConfig("app-a", { triggers: [{ event: "x" }] })]));
    const cut = "😀".slice(0, 1);
    const id = await core.send("x", { text: `${cut}!`, n: 1 }, { id: `id${cut}`, v: cut });
    expect((await core.runOf(id)).status).toBe("Completed");
    expect(await core.store.getEvent(id)).toMatchObject({
      id: "id\uFFFD",
      v: "\uFFFD",
      data: '{"text":"\uFFFD!","n":1}',
    });
  });

  it("and data nested too deep is refused", async () => {
    const data = JSON.parse(`{"d":${"[".repeat(10_000)}${"]".repeat(10_000)}}`);
    await expect(ingest({ name: "x", data })).rejects.toMatchObject({
      code: "invalid_event",
      message: expect.stringContaining("500 levels"),
    });
  });
});
