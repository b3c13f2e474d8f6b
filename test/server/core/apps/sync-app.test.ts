import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type CoreEngine,
  type CoreEngineOptions,
  createCoreEngine,
  functionConfig,
  registration,
} from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
beforeEach(async () => {
  core = await createCoreEngine({ scripts: { "app-a": () => result(1) } });
});
afterEach(() => core.stop());

const register = (functions: Record<string, unknown>[], app?: string) =>
  core.engine.register(registration(functions, app));

describe("registration", () => {
  it("replaces what an app served before, keeps ids, and counts versions", async () => {
    const first = await register([functionConfig("app-a"), functionConfig("app-b")]);
    expect(first.modified).toBe(true);
    expect((await register([functionConfig("app-a"), functionConfig("app-b")])).modified).toBe(false);
    const before = core.engine.functions();
    await register([functionConfig("app-a", { retries: 7 })]);
    expect(core.engine.functions().map(({ slug, retries, version }) => [slug, retries, version])).toEqual([
      ["app-a", 7, 2],
    ]);
    expect(core.engine.functions()[0]?.id).toBe(before.find(({ slug }) => slug === "app-a")?.id);
    const gone = before.find(({ slug }) => slug === "app-b");
    expect(core.engine.functionById(gone?.id ?? "")?.archivedAt).toBe(core.clock.now());
    await register([functionConfig("app-a"), functionConfig("app-b")]);
    expect(core.engine.functions()).toHaveLength(2);
  });

  it.each([
    ["no app id", { ...registration([functionConfig("f")]), appName: "" }, "App ID required"],
    ["no functions", registration([]), "serves no functions"],
    ["a body that is no object", [], "must be a JSON object"],
    ["a function without id", registration([functionConfig("")]), "Function 1: it has no `id`"],
    [
      "two functions with one id",
      registration([functionConfig("f"), functionConfig("f")]),
      'Function "f": two functions of the app have this id',
    ],
    [
      "a cron with four fields",
      registration([functionConfig("f", { triggers: [{ cron: "* * * *" }] })]),
      'Function "f": cron "* * * *" must have five fields',
    ],
    ["an empty cron", registration([functionConfig("f", { triggers: [{ cron: "" }] })]), "must have five fields"],
    [
      "a cron that cannot be",
      registration([functionConfig("f", { triggers: [{ cron: "99 * * * *" }] })]),
      'cron "99 * * * *" cannot be used',
    ],
    [
      "a cron that never fires",
      registration([functionConfig("f", { triggers: [{ cron: "0 0 31 2 *" }] })]),
      "cannot be used",
    ],
    [
      "an unknown time zone",
      registration([functionConfig("f", { triggers: [{ cron: "TZ=Mars/Base 0 6 * * *" }] })]),
      'time zone "Mars/Base"',
    ],
    [
      "a condition that does not compile",
      registration([functionConfig("f", { triggers: [{ event: "x", expression: "event.data ==" }] })]),
      "The condition `event.data ==` cannot be used",
    ],
    [
      "a condition that gives a number",
      registration([functionConfig("f", { triggers: [{ event: "x", expression: "1 + 1" }] })]),
      "a condition must give true or false",
    ],
    [
      "a condition with a malformed pattern",
      registration([functionConfig("f", { triggers: [{ event: "x", expression: "event.name.matches('(a')" }] })]),
      "the pattern `(a` is malformed",
    ],
    ["a wildcard in the middle", registration([functionConfig("f", { triggers: [{ event: "a/*/b" }] })]), "`*` only"],
    ["a bare wildcard", registration([functionConfig("f", { triggers: [{ event: "*" }] })]), "`*` only"],
    [
      "eleven triggers",
      registration([functionConfig("f", { triggers: Array.from({ length: 11 }, (_, i) => ({ event: `e${i}` })) })]),
      "11 triggers, the most is 10",
    ],
    ["21 retries", registration([functionConfig("f", { retries: 21 })]), "from 0 to 20, got 21"],
    [
      "a url that is none",
      registration([functionConfig("f", { steps: { step: { runtime: { type: "http", url: "nowhere" } } } })]),
      'url "nowhere"',
    ],
    ["two steps", registration([functionConfig("f", { steps: { a: {}, b: {} } })]), "exactly one step, it holds 2"],
    [
      "a websocket app",
      registration([functionConfig("f", { steps: { step: { runtime: { type: "ws", url: "wss://connect" } } } })]),
      'runtime "ws" is not supported',
    ],
    [
      "an option of flow control that is wrong",
      registration([functionConfig("f", { cancel: [{ event: "" }] })]),
      "`cancelOn[0].event` must be the name of an event",
    ],
  ])("refuses %s, and says which function and why", async (_what, body, message) => {
    await expect(core.engine.register(body)).rejects.toMatchObject({
      code: "invalid_registration",
      message: expect.stringContaining(message),
    });
    expect(core.engine.functions()).toEqual([]);
  });

  it("names every fault at once", async () => {
    const error = await register([
      functionConfig("f", { retries: -1 }),
      functionConfig("g", { throttle: { limit: 1 } }),
    ]).catch((e: unknown) => e);
    expect((error as { data: string[] }).data).toHaveLength(2);
  });

  it("refuses a function id that another app serves", async () => {
    await register([functionConfig("x-y-f")], "x");
    await expect(register([functionConfig("x-y-f")], "x-y")).rejects.toMatchObject({
      message: expect.stringContaining("another app serves"),
    });
  });

  it("takes names that hold half a surrogate pair, mended", async () => {
    const cut = "😀".slice(0, 1);
    await register([functionConfig("app-a", { name: `name ${cut}` })]);
    expect(core.engine.functions()[0]?.name).toBe("name \uFFFD");
  });

  it("forgets an app by whatever name of this machine", async () => {
    await core.engine.register({ ...registration([functionConfig("app-a")]), url: "http://localhost:3000/api" });
    await core.engine.removeApp("http://127.0.0.1:3000/api");
    expect(core.engine.apps()).toEqual([]);
  });

  it("forgets an app", async () => {
    await register([functionConfig("app-a", { triggers: [{ cron: "* * * * *" }] })]);
    await core.engine.removeApp("http://app.test/api");
    expect(core.engine.apps()).toEqual([]);
    expect(core.engine.functions()).toEqual([]);
    await core.advance(120_000);
    expect(core.caller.calls).toEqual([]);
    await expect(core.engine.removeApp("http://app.test/api")).rejects.toMatchObject({ code: "app_not_found" });
    expect((await register([functionConfig("app-a")])).modified).toBe(true);
    expect(core.engine.functions()).toHaveLength(1);
  });
});

describe("crons", () => {
  const cron = (expression: string) => functionConfig("app-a", { triggers: [{ cron: expression }] });
  const ticks = async () =>
    (await core.store.listEvents({ name: "inngest/scheduled.timer", limit: 100 })).map(({ id }) => id).reverse();

  it("fire at each tick, in their time zone", async () => {
    await register([cron("TZ=Europe/Berlin 30 6 * * *")]);
    await core.advance(2 * 86_400_000);
    expect(await ticks()).toEqual(["2026-01-01T05:30:00.000Z", "2026-01-02T05:30:00.000Z"]);
    const body = JSON.parse(core.caller.calls[0]?.body ?? "{}");
    expect(body.event).toMatchObject({
      name: "inngest/scheduled.timer",
      data: { cron: "TZ=Europe/Berlin 30 6 * * *" },
    });
    const runs = await core.store.listRuns({ limit: 10 });
    expect(runs.map(({ status, cron: expression }) => [status, expression])).toEqual(
      Array(2).fill(["Completed", "TZ=Europe/Berlin 30 6 * * *"]),
    );
  });

  it("keep their next tick over a sync that leaves them, and stop with one that drops them", async () => {
    await register([cron("0 * * * *")]);
    await core.advance(30 * 60_000);
    await register([cron("0 * * * *"), functionConfig("app-b")]);
    await core.advance(30 * 60_000);
    expect(await ticks()).toEqual(["2026-01-01T01:00:00.000Z"]);
    await register([cron("15 * * * *")]);
    await core.advance(60 * 60_000);
    expect(await ticks()).toEqual(["2026-01-01T01:00:00.000Z", "2026-01-01T01:15:00.000Z"]);
  });

  it("take the aliases that the SDK takes", async () => {
    await register([cron("TZ=Europe/Berlin @daily")]);
    await core.advance(2 * 86_400_000);
    expect(await ticks()).toEqual(["2026-01-01T23:00:00.000Z", "2026-01-02T23:00:00.000Z"]);
    await expect(register([cron("@sometimes")])).rejects.toMatchObject({ code: "invalid_registration" });
  });

  it("make up for missed ticks with one run", async () => {
    await register([cron("0 * * * *")]);
    await core.engine.stop(0);
    await core.advance(5 * 3_600_000 + 1);
    await core.engine.start();
    await core.idle();
    expect(await ticks()).toEqual(["2026-01-01T05:00:00.000Z"]);
    await core.advance(3_600_000);
    expect(await ticks()).toEqual(["2026-01-01T05:00:00.000Z", "2026-01-01T06:00:00.000Z"]);
  });
});

describe("appUrls", () => {
  it("has an app that registered itself once, by whatever name of this machine, and follows it when it moves", async () => {
    const at = (url: string) => core.engine.register({ ...registration([functionConfig("app-a")]), url });
    const urls = () => core.engine.appUrls().map(({ url }) => url);
    await at("http://localhost:3000/api");
    await core.engine.syncUrl("http://127.0.0.1:3000/api");
    expect(urls()).toEqual(["http://localhost:3000/api"]);
    await at("http://localhost:4000/api");
    expect(urls()).toEqual(["http://localhost:4000/api"]);
    await core.engine.removeApp("http://localhost:4000/api");
    expect(urls()).toEqual([]);
  });
});

describe("where an app is called", () => {
  const at = (url: string, deployId: string | null = null) =>
    core.engine.register({ ...registration([functionConfig("app-a")]), url }, deployId);
  const address = () => core.engine.apps()[0]?.url;
  const answering = (url: string): Pick<CoreEngineOptions, "sync"> => ({
    sync: async (_, deployId) => {
      await at(url, deployId);
      return { kind: "registered", modified: true };
    },
  });

  it("is where the engine reached it, whatever the app says, with the query of its functions", async () => {
    await core.stop();
    core = await createCoreEngine(answering("http://localhost:9/api/inngest?deployId=d"));
    await core.engine.syncUrl("http://proxy.test/api/inngest?token=t");
    expect(address()).toBe("http://proxy.test/api/inngest?token=t");
    const [fn] = core.engine.functions();
    expect(Object.fromEntries(new URL(fn?.url ?? "").searchParams)).toMatchObject({ token: "t", fnId: "app-a" });
    expect(fn?.url).toMatch(/^http:\/\/proxy\.test\/api\/inngest\?/);
    expect(fn?.url).not.toContain("deployId");
  });

  it("does not change when an app that an operator named registers from elsewhere, while it answers there", async () => {
    await core.stop();
    let probed = true;
    let healthy = true;
    core = await createCoreEngine({
      sync: async (_, deployId) => {
        if (!healthy) return { kind: "failed", code: "unreachable", message: "gone" };
        await at("http://app.test/api", deployId);
        return { kind: "registered", modified: true };
      },
      probe: async () => probed,
    });
    await core.engine.syncUrl("http://app.test/api", "operator");
    expect(await at("http://localhost:9/api")).toMatchObject({
      message: expect.stringContaining("calls go on to http://app.test/api"),
    });
    expect(address()).toBe("http://app.test/api");
    healthy = false;
    probed = false;
    await core.engine.syncUrl("http://app.test/api");
    await at("http://localhost:9/api");
    expect(address()).toBe("http://app.test/api");
    probed = true;
    expect(await at("http://localhost:9/api")).toMatchObject({ message: null });
    expect(address()).toBe("http://localhost:9/api");
  });

  it("is pinned with the first sync when only operators move apps", async () => {
    await core.stop();
    core = await createCoreEngine({ ...answering("https://new.test/api"), more: { pinAddresses: true } });
    await at("https://app.test/api");
    expect(await at("https://attacker.test/api")).toMatchObject({ message: expect.stringContaining("stepwell sync") });
    expect(address()).toBe("https://app.test/api");
    await core.engine.syncUrl("https://new.test/api", "operator");
    expect(address()).toBe("https://new.test/api");
    expect(core.engine.appUrls().map(({ url }) => url)).toEqual(["https://new.test/api"]);
  });

  it("is told of when the app registered with another engine", async () => {
    await core.stop();
    core = await createCoreEngine({ sync: async () => ({ kind: "registered", modified: true }) });
    expect(await core.engine.syncUrl("http://app.test/api")).toEqual({
      kind: "failed",
      code: "registered_elsewhere",
      message: expect.stringContaining("INNGEST_BASE_URL=http://127.0.0.1:8288"),
    });
    expect(core.activities.map(({ kind }) => kind)).toEqual(["app-unreachable"]);
  });

  it("is told of again when what is wrong changes", async () => {
    await core.stop();
    let message = "refused";
    core = await createCoreEngine({ sync: async () => ({ kind: "failed", code: "unreachable", message }) });
    await core.engine.syncUrl("http://app.test/api");
    await core.engine.syncUrl("http://app.test/api");
    message = "no signing key";
    await core.engine.syncUrl("http://app.test/api");
    expect(core.activities.map((activity) => "error" in activity && activity.error)).toEqual([
      "refused",
      "no signing key",
    ]);
  });
});

describe("syncUrl", () => {
  it("takes what an app answers in band, and tells once that it cannot be reached", async () => {
    await core.stop();
    let up = false;
    const answer = registration([functionConfig("app-a")]);
    core = await createCoreEngine({
      sync: () =>
        up
          ? { kind: "in-band", registration: answer as never }
          : { kind: "failed", code: "unreachable", message: "nothing there" },
    });
    await core.engine.syncUrl("http://app.test/api");
    await core.engine.syncUrl("http://app.test/api");
    expect(core.activities.map(({ kind }) => kind)).toEqual(["app-unreachable"]);
    up = true;
    expect(await core.engine.syncUrl("http://app.test/api")).toEqual({ kind: "registered", modified: true });
    expect(await core.engine.syncUrl("http://app.test/api")).toEqual({ kind: "registered", modified: false });
    expect(core.engine.appUrls()).toHaveLength(1);
    answer.functions = [];
    expect(await core.engine.syncUrl("http://app.test/api")).toMatchObject({
      kind: "failed",
      code: "invalid_function",
    });
  });
});
