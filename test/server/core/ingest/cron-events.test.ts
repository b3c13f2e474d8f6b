import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

const seen: unknown[] = [];
let core: CoreEngine;
beforeEach(async () => {
  seen.length = 0;
  const keep = ({ body }: { body: { event: unknown } }) => {
    seen.push(body.event);
    return result("ok");
  };
  const names = ["news-daily", "news-weekly", "shop-daily", "news-plain"];
  core = await createCoreEngine({ scripts: Object.fromEntries(names.map((name) => [name, keep])) });
});
afterEach(() => core.stop());

const daily = functionConfig("news-daily", { triggers: [{ cron: "0 6 * * *" }] });
const weekly = functionConfig("news-weekly", {
  triggers: [{ event: "a" }, { cron: "0 6 * * 0" }, { cron: "0 7 * * 0" }],
});
const plain = functionConfig("news-plain");
const shopDaily = functionConfig("shop-daily", { triggers: [{ cron: "0 1 * * *" }] });

const serve = (functions: Record<string, unknown>[], app = "news") =>
  core.engine.register(registration(functions, app));
const ask = (data: unknown, more: Record<string, unknown> = {}) =>
  core.engine.ingest({ body: { name: "inngest/function.cron", data, ...more }, seed: null, startsCrons: true });
const runs = async () =>
  (await core.store.listRuns({ limit: 100 })).map((run) => ({ ...run, ...core.engine.functionById(run.functionId) }));

describe("inngest/function.cron", () => {
  it("starts the only function with a cron as its tick would", async () => {
    await serve([daily, plain]);
    const { ids } = await ask({});
    await core.idle();
    const now = new Date(core.clock.now()).toISOString();
    expect(await runs()).toMatchObject([{ slug: "news-daily", cron: "0 6 * * *", status: "Completed", eventIds: ids }]);
    expect(seen).toMatchObject([
      { name: "inngest/scheduled.timer", data: { cron: "0 6 * * *", scheduledAt: now, fireAt: now } },
    ]);
  });

  it.each([
    [{ function: "news-weekly" }, "news-weekly"],
    [{ function_id: "weekly" }, "news-weekly"],
    [{ functionId: "shop-daily" }, "shop-daily"],
    [{ fn_id: "news-daily" }, "news-daily"],
  ])("starts the one that its data names: %j", async (data, slug) => {
    await serve([daily, weekly, plain]);
    await serve([shopDaily], "shop");
    await ask(data);
    await core.idle();
    expect((await runs()).map((run) => run.slug)).toEqual([slug]);
  });

  it.each([
    [{}, /must say which function.*news-daily, news-weekly, shop-daily\.$/],
    [{ function: "daily" }, /"daily" is the name of several functions.*<app>-<function>/],
    [{ function: "news-plain" }, /no function "news-plain" with a cron\. Functions with a cron: news-daily/],
    [{ function: 7 }, /`data\.function` must be the id of a function/],
  ])("lists those that there are when that names none: %j", async (data, message) => {
    await serve([daily, weekly, plain]);
    await serve([shopDaily], "shop");
    await expect(ask(data)).rejects.toMatchObject({ code: "invalid_event", message: expect.stringMatching(message) });
    expect(await runs()).toEqual([]);
  });

  it("says when no function has a cron", async () => {
    await serve([plain]);
    await expect(ask({})).rejects.toThrow("No app that is synced has a function with a cron.");
  });

  it("starts once for an id, and all of a request or nothing", async () => {
    await serve([daily, plain]);
    await ask({}, { id: "today" });
    await ask({}, { id: "today" });
    const cron = { name: "inngest/function.cron", data: {} };
    await core.engine.ingest({ body: [{ name: "test/news-plain" }, cron], seed: null, startsCrons: true });
    await core.idle();
    expect((await runs()).map((run) => run.slug).sort()).toEqual(["news-daily", "news-daily", "news-plain"]);
    const other = { name: "inngest/function.cron", data: { function: "nobody" } };
    const both = { body: [{ name: "test/news-plain" }, other], seed: null, startsCrons: true };
    await expect(core.engine.ingest(both)).rejects.toThrow("Event 2: there is no function");
    expect(await runs()).toHaveLength(3);
  });

  it("is refused where events of clients come in, and so are other names of the engine", async () => {
    await serve([daily]);
    const body = { name: "inngest/function.cron", data: {} };
    await expect(core.engine.ingest({ body, seed: null })).rejects.toThrow("reserved for internal use");
    const other = { body: { name: "inngest/function.invoked" }, seed: null, startsCrons: true };
    await expect(core.engine.ingest(other)).rejects.toThrow("reserved for internal use");
  });
});
