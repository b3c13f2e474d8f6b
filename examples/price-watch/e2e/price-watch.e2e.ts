/** What price-watch promises, from outside. Each test is a row of the table in README.md. */
import { beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../../test/helpers/eventually.ts";
import { type Stage, sharedStage } from "./stage.ts";

const current = sharedStage();
let stage: Stage;
beforeEach(() => {
  stage = current();
});

const stepsOf = async (logId: string) => stage.api.steps((await stage.runOf(logId)).run_id);

describe("the app", () => {
  test("has its three functions at the engine, with the daily cron", async () => {
    const { data } = (await (await stage.api.fetch("/v2/functions")).json()) as { data: { slug: string }[] };
    const slugs = data.map(({ slug }) => slug).filter((slug) => !slug.endsWith("-failure"));
    expect(slugs.sort()).toEqual([
      "circletel-competitor-price-alert",
      "circletel-competitor-scheduled-scrape",
      "circletel-competitor-scrape",
    ]);
    expect(JSON.stringify(data)).toContain("0 4 * * *");
  });

  test("lets only admins in, and says what is wrong with what they send", async () => {
    expect((await fetch(`${stage.app.url}/api/admin/competitors`)).status).toBe(401);
    const bad = await stage.admin<{ error: string }>("POST", "competitors", {
      slug: "x",
      name: "X",
      scrape_urls: ["ftp://x"],
    });
    expect(bad.status).toBe(400);
    expect(bad.body.error).toContain("scrape_urls");
    expect((await stage.admin("POST", "competitors/scrape", { provider_id: "none" })).status).toBe(404);
    expect((await stage.admin("POST", "competitors/scrape", {})).status).toBe(400);
  });
});

describe("a scrape", () => {
  test("is answered before anything is read; products are normalised and logged", async () => {
    const { outside } = stage;
    const provider = await stage.provider("mtn", {
      fibre: [
        ["Fibre  100 Mbps", "R 1 299,00 p/m"],
        ["Fibre 1 Gbps", "R1,799.00"],
        ["Router", "on request"],
      ],
      mobile: [["LTE 50GB SIM", "R399"]],
    });
    outside.held.add("mtn/fibre");
    const asked = await stage.admin<{ status: string; scrape_log_id: string }>("POST", "competitors/scrape", {
      provider_id: provider.id,
    });
    expect(asked).toMatchObject({ status: 202, body: { status: "pending" } });
    await eventually(
      "the log to be running",
      async () => ((await stage.view("mtn")).logs[0]?.status === "running" ? true : null),
      50,
    );
    outside.release();
    expect(await stage.endedLog("mtn")).toMatchObject({
      trigger: "manual",
      status: "completed",
      products_found: 3,
      products_new: 3,
      price_changes: 0,
      error: null,
    });
    const { products, last_scraped_at } = await stage.view("mtn");
    expect(
      products.map(({ name, price_cents, speed_mbps, data_gb, product_type }) => [
        name,
        price_cents,
        speed_mbps,
        data_gb,
        product_type,
      ]),
    ).toEqual([
      ["LTE 50GB SIM", 39_900, null, 50, "lte"],
      ["Fibre 100 Mbps", 129_900, 100, null, "fibre"],
      ["Fibre 1 Gbps", 179_900, 1000, null, "fibre"],
    ]);
    expect(last_scraped_at).not.toBeNull();
    const names = (await stepsOf(asked.body.scrape_log_id)).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "start-scrape-log",
        "extract-page-1",
        "extract-page-2",
        "normalize-products",
        "update-database",
      ]),
    );
  });

  test("finds price changes, and tells of the significant ones, once", async () => {
    const { outside } = stage;
    const provider = await stage.provider("vodacom", {
      all: [
        ["Fibre 50 Mbps", "R 1000"],
        ["Fibre 200 Mbps", "R 2000"],
        ["Fibre 25 Mbps", "R 500"],
      ],
    });
    await stage.scrape(provider);
    outside.pages.set("vodacom/all", [
      ["Fibre 50 Mbps", "R 899,00"],
      ["Fibre 200 Mbps", "R 2,010.00"],
      ["Fibre 25 Mbps", "R500"],
      ["Fibre 10 Mbps", "R300"],
    ]);
    outside.alertsBroken = 1;
    const log = await stage.scrape(provider);
    expect(log).toMatchObject({ status: "completed", products_found: 4, products_new: 1, price_changes: 2 });
    const { changes } = await stage.view("vodacom");
    expect(
      changes.map(({ name, old_cents, new_cents, percent }) => [name, old_cents, new_cents, percent]).sort(),
    ).toEqual([
      ["Fibre 200 Mbps", 200_000, 201_000, 0.5],
      ["Fibre 50 Mbps", 100_000, 89_900, -10.1],
    ]);
    const alert = await eventually("the alert, the second time", () => outside.alerts.get(log.id) ?? null, 50);
    expect(alert).toBe("VODACOM has changed 1 price:\n• Fibre 50 Mbps: R 1000.00 → R 899.00 (-10.1 %)");
    // The same prices again are no change.
    expect(await stage.scrape(provider)).toMatchObject({ price_changes: 0, products_new: 0 });
    expect(outside.alerts.size).toBe(1);
  });

  test("makes three attempts: the third one may succeed", async () => {
    const provider = await stage.provider("rain", { all: [["5G 60 Mbps", "R 745"]] });
    stage.outside.broken = 2;
    const good = await stage.scrape(provider);
    expect(good).toMatchObject({ status: "completed", products_found: 1 });
    expect((await stepsOf(good.id)).find(({ name }) => name === "extract-page-1")?.failed_attempts).toHaveLength(2);
    stage.outside.broken = 1000;
    const bad = await stage.scrape(provider);
    expect(bad).toMatchObject({
      status: "failed",
      error: expect.stringContaining("it answered with 500. The page timed out."),
    });
    expect((await stage.runOf(bad.id)).status).toBe("Failed");
    expect((await stepsOf(bad.id)).find(({ name }) => name === "extract-page-1")?.failed_attempts).toHaveLength(3);
    // What was known before stays.
    expect((await stage.view("rain")).products).toHaveLength(1);
  });

  test("comes back when Firecrawl says so or stalls, and gives up at once without credits", async () => {
    const { outside } = stage;
    const provider = await stage.provider("telkom", { all: [["LTE 100GB", "R 599"]] });
    outside.busy = 1;
    const busy = await stage.scrape(provider);
    expect(busy.status).toBe("completed");
    expect(JSON.stringify((await stepsOf(busy.id)).find(({ name }) => name === "extract-page-1"))).toContain(
      "Firecrawl asks to come back in 1 s.",
    );
    outside.held.add("telkom/all");
    const before = outside.read.length;
    const stalled = stage.scrape(provider);
    await eventually("a second try", () => outside.read.length >= before + 2 || null, 50);
    outside.release();
    expect((await stalled).status).toBe("completed");
    outside.withoutCredit = true;
    const broke = await stage.scrape(provider);
    expect(broke).toMatchObject({ status: "failed", error: "The credits at Firecrawl are used up." });
    expect((await stepsOf(broke.id)).find(({ name }) => name === "extract-page-1")?.failed_attempts).toHaveLength(1);
  });
});

describe("the daily scrape", () => {
  test("asks for those whose turn it is, by their frequency", async () => {
    const page = { all: [["Fibre 20 Mbps", "R 400"]] as [string, string][] };
    const daily = await stage.provider("daily", page, "daily");
    await stage.provider("weekly", page, "weekly");
    await stage.provider("byhand", page, "manual");
    // Scraped a moment ago, so its turn comes tomorrow.
    await stage.scrape(daily);
    const response = await stage.api.fetch("/invoke/circletel-competitor-scheduled-scrape", {
      method: "POST",
      body: '{"data":{}}',
    });
    expect(response.status).toBe(200);
    expect(await stage.endedLog("weekly")).toMatchObject({
      trigger: "scheduled",
      status: "completed",
      products_found: 1,
    });
    expect((await stage.view("daily")).logs).toHaveLength(1);
    expect((await stage.view("byhand")).logs).toEqual([]);
  });
});

describe("what goes wrong", () => {
  test("engine and app killed in mid-run: the scrape ends, and no page that was read is read again", async () => {
    const { outside } = stage;
    const provider = await stage.provider("killed", {
      first: [["Fibre 10 Mbps", "R 300"]],
      second: [["Fibre 20 Mbps", "R 400"]],
    });
    outside.held.add("killed/second");
    const { body } = await stage.admin<{ scrape_log_id: string }>("POST", "competitors/scrape", {
      provider_id: provider.id,
    });
    await eventually(
      "the first page's result",
      async () => {
        const steps = await stepsOf(body.scrape_log_id);
        return steps.some(({ name, status }) => name === "extract-page-1" && status === "Completed") || null;
      },
      50,
    );
    await stage.killEngine();
    await stage.app.kill();
    outside.release();
    await stage.app.restart();
    const refused = await stage.admin<{ error: string; scrape_log_id: string }>("POST", "competitors/scrape", {
      provider_id: provider.id,
    });
    expect(refused).toMatchObject({ status: 503, body: { error: expect.stringContaining("so nothing was started") } });
    await stage.startEngine();
    expect(await stage.endedLog("killed", body.scrape_log_id)).toMatchObject({
      status: "completed",
      products_found: 2,
      products_new: 2,
    });
    expect(await stage.endedLog("killed", refused.body.scrape_log_id)).toMatchObject({ status: "failed" });
    expect(outside.read.filter((name) => name === "killed/first")).toHaveLength(1);
    await eventually("the end of its run", async () =>
      (await stage.runOf(body.scrape_log_id)).status === "Completed" ? true : null,
    );
  });

  test("bad events are refused, or fail at once with what is wrong with them", async () => {
    const { api } = stage;
    const post = (key: string, body: string) => fetch(`${api.url}/e/${key}`, { method: "POST", body });
    expect((await post("event-key-of-price-watch", "{not json")).status).toBe(400);
    expect((await post("wrong-key", '{"name":"competitor/scrape.requested","data":{}}')).status).toBe(401);
    const [eventId = ""] = await api.send({ name: "competitor/scrape.requested", data: { provider_id: 5 } });
    const [run] = await api.endedRuns(eventId);
    expect(run?.status).toBe("Failed");
    expect(JSON.stringify(run?.output)).toContain("The event competitor/scrape.requested cannot be used. provider_id:");
  });

  test("calls that the engine did not sign are refused", async () => {
    const call = (headers: Record<string, string>) =>
      fetch(`${stage.app.url}/api/inngest?fnId=circletel-competitor-scheduled-scrape&stepId=step`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({
          event: { name: "x", data: {} },
          events: [],
          steps: {},
          ctx: { run_id: "x", attempt: 0, stack: { stack: [], current: 0 } },
        }),
      });
    expect((await call({})).status).toBe(401);
    expect(
      (await call({ "x-inngest-signature": `t=${Math.floor(Date.now() / 1000)}&s=${"0".repeat(64)}` })).status,
    ).toBe(401);
  });
});
