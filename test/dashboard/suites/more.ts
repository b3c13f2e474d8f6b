/** The pages beside runs: overview, events, functions, apps, queue, dead letters, schedules, settings, the first visit. */
import { expect, onTestFinished, test } from "vitest";
import { createServer } from "../../../server/src/main.ts";
import { eventually } from "../../helpers/eventually.ts";
import { seriousFaults } from "../axe.ts";
import type { Stage } from "../stage.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export function moreSuite(stage: () => Stage): void {
  test("Overview says in one look what ended, what failed and who must do something", async () => {
    const page = await stage().open("/");
    await page.getByText(/dead letters? waits? for someone/).waitFor();
    await page.getByText("Runs ended", { exact: true }).waitFor();
    await page.getByRole("heading", { name: "Failures by function" }).waitFor();
    await page.getByRole("link", { name: "shop-charge" }).waitFor();
    await page.getByRole("table", { name: "Runs that ended, by minute" }).waitFor({ state: "attached" });
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole("combobox", { name: "Range of time" }).selectOption({ label: "Last 7 days" });
    await page.getByRole("table", { name: "Runs that ended, by hour" }).waitFor({ state: "attached" });
    expect(page.url()).toContain("range=7d");
    await page.getByRole("link", { name: "shop-charge" }).click();
    await page.getByText("Waiting time, p95").waitFor();
    await page.getByRole("table", { name: "Runs that ended, by minute" }).waitFor({ state: "attached" });
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test("Events: the list without the engine's own, what one started and why it started nothing, sent again edited", async () => {
    const { open } = stage();
    const page = await open("/events");
    await page.getByRole("link", { name: "shop/nobody.listens" }).waitFor();
    expect(await page.getByText("inngest/function").count()).toBe(0);
    await page.getByRole("checkbox", { name: "The engine's own too" }).check();
    await page
      .getByRole("link", { name: /^inngest\// })
      .first()
      .waitFor();
    await page.getByRole("checkbox", { name: "The engine's own too" }).uncheck();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole("link", { name: "shop/nobody.listens" }).click();
    await page.getByText(/no function had a trigger for/).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "shop/user.created" }).first().click();
    await page.getByText("shop-limited").waitFor();
    await page.getByText(/rate limit/i).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Edit and send" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Data" }).fill('{"name":');
    await dialog.getByText(/This is not JSON/).waitFor();
    await dialog.getByRole("textbox", { name: "Data" }).fill('{"name":"Barbara"}');
    await dialog.getByRole("button", { name: "Send" }).click();
    await page.getByText('"Barbara"').waitFor();
    await page.close();
  });

  test("an event that the engine refuses stays as it was typed, with the reason beside its name", async () => {
    const page = await stage().open("/events");
    await page.getByRole("button", { name: "Send an event" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("inngest/mine");
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.getByRole("alert").first().waitFor();
    expect(await dialog.getByRole("textbox", { name: "Name" }).inputValue()).toBe("inngest/mine");
    await page.close();
  });

  test("Functions: triggers, settings, next ticks in two zones; invoked with a form from past events; paused and resumed", async () => {
    const { open, server } = stage();
    const page = await open("/functions", { timezoneId: "America/New_York" });
    await page.getByText("if event.data.amount > 0").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole("link", { name: "Morning report" }).click();
    await page.getByRole("columnheader", { name: "Europe/Berlin" }).waitFor();
    await page.getByRole("columnheader", { name: "America/New_York" }).waitFor();
    await page.getByText("06:00:00").first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);

    await page.goto(`${server.url}/functions/shop-charge`);
    await page.getByRole("button", { name: "Invoke" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "card" }).fill("good");
    await dialog.getByRole("button", { name: "Invoke" }).click();
    await page.waitForURL(/\/runs\//);
    await page.getByText("Completed").first().waitFor();

    await page.goto(`${server.url}/functions/shop-charge`);
    await page.getByRole("button", { name: "Pause" }).click();
    await dialog.getByRole("textbox", { name: "Your name" }).fill("ana");
    await dialog.getByRole("textbox", { name: "Reason" }).fill("partner down");
    await dialog.getByRole("button", { name: "Pause" }).click();
    await page.getByText(/Paused by ana: partner down/).waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.close();
  });

  test("Apps: an address that does not answer says why and what to do; sync now", async () => {
    const page = await stage().open("/apps");
    await page.getByText("Reached").waitFor();
    await page.getByRole("button", { name: "Sync now" }).click();
    await page
      .getByText(/^Synced/)
      .first()
      .waitFor();
    const field = page.getByRole("textbox", { name: "Address of an app" });
    await field.fill("http://127.0.0.1:9/api/inngest");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText(/Start the app, and check its address and port/).waitFor();
    expect(await field.inputValue()).toBe("http://127.0.0.1:9/api/inngest");
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test("Queue says what holds what, and who holds it", async () => {
    const page = await stage().open("/queue");
    const row = page.getByRole("row").filter({ hasText: "event.data.customer" });
    await row.waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await row.getByRole("link").last().click();
    await page.getByRole("heading", { name: "Pack a parcel" }).waitFor();
    await page.close();
  });

  test("Dead letters are put together by error; edited and retried, dropped", async () => {
    const { open, server } = stage();
    const orders = [7, 8].map((orderId) => ({ name: "shop/order.placed", data: { orderId, amount: 1, card: "bad" } }));
    await server.engine.ingest({ body: orders, seed: null });
    await eventually("the dead letters", async () =>
      (await server.store.listDeadLetters({ limit: 10 })).length >= 2 ? true : null,
    );
    const page = await open("/dead-letters");
    await page.getByRole("button", { name: "Edit newest" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Event data" }).fill('{"orderId":1,"amount":1,"card":"good"}');
    await dialog.getByRole("button", { name: "Retry" }).click();
    await page.waitForURL(/\/runs\//);
    await page.getByText("Completed").first().waitFor();
    await page.goto(`${server.url}/dead-letters`);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Drop" }).first().click();
    await dialog.getByRole("button", { name: /^Drop/ }).click();
    await page.getByText("No run has failed for good").waitFor();
    expect(await server.store.listDeadLetters({ limit: 10 })).toEqual([]);
    await page.close();
  });

  test("Schedules: those in code; one is made, paused and removed, and a wrong cron is said at its field", async () => {
    const page = await stage().open("/schedules");
    await page.getByRole("link", { name: "shop-report" }).waitFor();
    await page.getByRole("button", { name: "New schedule" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Cron" }).fill("every day");
    await dialog.getByRole("textbox", { name: "Name of the event" }).fill("shop/morning");
    await dialog.getByRole("button", { name: "Make the schedule" }).click();
    await dialog.getByText(/cron "every day"/).waitFor();
    await dialog.getByRole("textbox", { name: "Cron" }).fill("0 6 * * *");
    await dialog.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByText("shop/morning").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    const table = page.getByRole("region", { name: "Schedules made at runtime" });
    expect(await table.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole("button", { name: "Remove" }).click();
    await dialog.getByRole("button", { name: "Remove the schedule" }).click();
    await page.getByText(/^None\. One starts a function/).waitFor();
    await page.close();
  });

  test("the kill switch asks for a name, a reason and the word; then every page says who and why", async () => {
    const page = await stage().open("/settings");
    await page.getByText("eventSizeBytes").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Pause everything" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Your name" }).fill("ana");
    await dialog.getByRole("textbox", { name: "Reason" }).fill("High error rate");
    const button = dialog.getByRole("button", { name: "Pause everything" });
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByRole("textbox", { name: /to confirm/ }).fill("all");
    await button.click();
    // The strip; lines of waiting runs begin with the same words.
    const strip = page.getByText("Everything is paused", { exact: true });
    await strip.waitFor();
    await page.getByRole("link", { name: "Runs" }).click();
    await page.getByText("by ana: High error rate").waitFor();
    await page.getByRole("button", { name: "Resume" }).first().click();
    await strip.waitFor({ state: "detached" });
    await page.close();
  });

  test("the first visit teaches, finds the app, and turns into the first run", async () => {
    const { newContext, shop } = stage();
    const server = createServer({ mode: "dev", store: null, port: 0, poll: false, discovery: false, logger: silent });
    await server.start();
    onTestFinished(() => server.stop(0));
    const context = await newContext();
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByText("Three steps to the first run").waitFor();
    await page.getByText("Waiting for your app").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole("textbox", { name: "Address of an app" }).fill(shop.url);
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText(/shop is here, with 9 functions/).waitFor();
    await server.engine.ingest({ body: { name: "shop/cart.left", data: {} }, seed: null });
    await page.waitForURL(/\/runs\/\w{26}/);
    await page.getByRole("heading", { name: "Remind in six days" }).waitFor();
    await context.close();
  });

  test("an engine with keys asks for its key once, keeps it nowhere, and lets out again", async () => {
    const { newContext } = stage();
    const signingKey = "ab".repeat(32);
    const server = createServer({
      mode: "start",
      host: "127.0.0.1",
      store: null,
      port: 0,
      signingKey,
      eventKeys: ["events"],
      logger: silent,
    });
    await server.start();
    onTestFinished(() => server.stop(0));
    const context = await newContext();
    const page = await context.newPage();
    await page.goto(`${server.url}/settings`);
    const field = page.getByLabel("Key", { exact: true });
    await field.fill("00");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText(/no key of this engine/).waitFor();
    await field.fill(signingKey);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("eventSizeBytes").waitFor();
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(kept).not.toContain(signingKey);
    expect(kept).not.toContain("stepwell_session");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Key", { exact: true }).waitFor();
    await eventually("the key is asked for", async () => ((await field.count()) === 1 ? true : null));
    await context.close();
  });
}
