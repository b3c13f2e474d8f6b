import { describe, expect, it } from "vitest";
import { sharedSessions, toMeta, withInherited } from "../../src/client/sessions.ts";
import { Inngest } from "../../src/index.ts";

describe("withInherited", () => {
  it.each([
    [undefined, {}, undefined],
    [undefined, { chat: "c" }, { propagated_sessions: { chat: "c" } }],
    [{ sessions: null }, { chat: "c" }, { sessions: null, propagated_sessions: { chat: "c" } }],
    [{ propagated_sessions: { own: 1 } }, { chat: "c" }, { propagated_sessions: { own: 1 } }],
  ])("of %j within a run of %j makes %j", (meta, sessions, expected) => {
    const event = { name: "e", ...(meta && { meta }) } as never;
    expect(withInherited([event], { sessions, overrides: false })[0]?.meta).toEqual(expected);
  });

  it("of a run's step takes what the run passes on instead of what was set by hand, if there is something", () => {
    const event = { name: "e", meta: { propagated_sessions: { own: "1" } } };
    const stamped = withInherited([event], { sessions: { chat: "c" }, overrides: true });
    expect(stamped).toEqual([{ name: "e", meta: { propagated_sessions: { chat: "c" } } }]);
    expect(withInherited([event], { sessions: {}, overrides: true })).toEqual([event]);
    expect(event.meta.propagated_sessions).toEqual({ own: "1" });
  });
});

describe("toMeta", () => {
  it.each([
    [undefined, undefined],
    [{}, undefined],
    [{ sessions: { chat: 5, user: "u" } }, { sessions: { chat: "5", user: "u" } }],
    [{ sessions: { chat: null } }, { sessions: { chat: null } }],
    [{ sessions: null }, { sessions: null }],
    [{ sessions: {} }, undefined],
    [{ propagated_sessions: { own: 1 } }, { propagated_sessions: { own: "1" } }],
    [{ trace: "no part of meta" }, undefined],
  ])("of %j makes %j", (meta, expected) => {
    expect(toMeta(meta as never, "Event 0")).toEqual(expected);
  });

  it.each([
    [{ sessions: [] }, "`meta.sessions` is wrong; allowed: names"],
    [{ sessions: "chat" }, "is wrong; allowed: names"],
    [{ sessions: { "": 1 } }, 'is wrong at ""'],
    [{ sessions: { chat: "" } }, 'is wrong at "chat"'],
    [{ sessions: { chat: true } }, 'is wrong at "chat"; allowed: names with texts, numbers or null'],
    [{ sessions: { chat: Number.POSITIVE_INFINITY } }, 'is wrong at "chat"'],
    [{ propagated_sessions: { chat: null } }, 'is wrong at "chat"; allowed: names with texts, numbers'],
  ])("refuses %j", (meta, message) => {
    expect(() => toMeta(meta as never, "Event 3")).toThrow(message);
    expect(() => toMeta(meta as never, "Event 3")).toThrow("Event 3: ");
  });
});

describe("sharedSessions", () => {
  const sessions = (own: object, propagated = {}): object => ({
    meta: { sessions: own, propagated_sessions: propagated },
  });

  it.each([
    [[], {}],
    [[{}], {}],
    [[sessions({ chat: 5 })], { chat: "5" }],
    [[sessions({ chat: "own" }, { chat: "inherited", user: "u" })], { chat: "own" }],
    [[sessions({ chat: null }, { chat: "inherited", user: "u" })], {}],
    [[{ meta: { sessions: null, propagated_sessions: { chat: "c" } } }], {}],
    [[sessions({ a: 1, b: 1 }), sessions({ a: 1, b: 2 })], { a: "1" }],
    [[sessions({ a: 1 }), {}], {}],
    [[sessions({ f: 1, e: 1, d: 1, c: 1, b: 1, a: 1 })], { a: "1", b: "1", c: "1", d: "1", e: "1" }],
  ])("of %j are %j", (events, expected) => {
    expect(sharedSessions(events as never)).toEqual(expected);
  });
});

describe("send", () => {
  const sent = async (options: object, event: object, inherited?: object): Promise<Record<string, unknown>> => {
    const bodies: Record<string, unknown>[][] = [];
    const client = new Inngest({
      id: "a",
      isDev: true,
      fetch: async (_url, init) => {
        bodies.push(JSON.parse(String(init?.body)));
        return new Response('{"ids":["1"],"status":200}');
      },
      ...options,
    });
    await client.send({ name: "e", ...event } as never, (inherited ? { sessions: inherited } : {}) as never);
    return bodies[0]?.[0] as Record<string, unknown>;
  };

  it("passes sessions on, unless it is told not to", async () => {
    expect((await sent({}, {}, { chat: "c" }))["meta"]).toEqual({ propagated_sessions: { chat: "c" } });
    expect((await sent({ sessionPropagation: false }, {}, { chat: "c" }))["meta"]).toBe(undefined);
    expect((await sent({}, { meta: { sessions: { chat: 5 } } }))["meta"]).toEqual({ sessions: { chat: "5" } });
  });

  it("drops what the engine fills in", async () => {
    expect(Object.keys(await sent({}, { sessions: { a: 1 }, ctx: {}, user: { id: 1 } }))).toEqual([
      "name",
      "user",
      "data",
      "ts",
    ]);
  });
});
