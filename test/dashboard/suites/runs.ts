/** Runs: the live list, its filters in the address, keys, and acting on many. */
import { expect, test } from "vitest";
import { eventually } from "../../helpers/eventually.ts";
import { seriousFaults } from "../axe.ts";
import type { Stage } from "../stage.ts";

export function runsSuite(stage: () => Stage): void {
  test("Runs tells waiting, sleeping, retrying and held up apart, with the error and the next try in a line", async () => {
    const page = await stage().open("/runs");
    const row = (name: string) => page.getByRole("listitem").filter({ hasText: name });
    await row("Ask the bank").getByText("Retrying").waitFor();
    await row("Ask the bank")
      .getByText(/The bank answers 503 · retry 1 of 3 in/)
      .waitFor();
    await row("Remind in six days").getByText("Sleeping").waitFor();
    await row("Wait for approval").getByText("waits for shop/refund.approved").waitFor();
    await row("Pack a parcel").getByText("Running").waitFor();
    await row("Pack a parcel")
      .getByText(/1 of 1 taken, held by run/)
      .waitFor();
    await row("Charge a card").getByText("NonRetriableError: Card declined for order 1").waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test("filters stand in the address, narrow the list, and are cleared", async () => {
    const page = await stage().open("/runs");
    await page.getByRole("button", { name: "Status" }).click();
    await page.getByRole("checkbox", { name: "Failed" }).check();
    await page.waitForURL(/status=FAILED/);
    await page.getByText("That is all.").waitFor();
    const rows = page.getByRole("list", { name: "Runs" }).getByRole("listitem");
    await eventually("two failed runs", async () => ((await rows.count()) === 2 ? true : null));
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Words, or a condition in CEL" }).fill("event.data.orderId == 2");
    await page.keyboard.press("Enter");
    await eventually("one run", async () => ((await rows.count()) === 1 ? true : null));
    await page.reload();
    await eventually("one run after a reload", async () => ((await rows.count()) === 1 ? true : null));
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await eventually("all runs", async () => ((await rows.count()) >= 13 ? true : null));
    await page.close();
  });

  test("words are looked for in events and errors; a wrong condition is said beside its field, and stays there", async () => {
    const page = await stage().open("/runs?q=declined");
    const rows = page.getByRole("list", { name: "Runs" }).getByRole("listitem");
    await eventually("two declined", async () => ((await rows.count()) === 2 ? true : null));
    const field = page.getByRole("textbox", { name: "Words, or a condition in CEL" });
    await field.fill("event.data.orderId ==");
    await page.keyboard.press("Enter");
    await page.locator("#cel-error").waitFor();
    expect(await field.inputValue()).toBe("event.data.orderId ==");
    await page.close();
  });

  test("a filter that nothing matches does not look like an engine without runs", async () => {
    const page = await stage().open("/runs?status=CANCELLED");
    await page.getByText("No run matches").waitFor();
    await page.close();
  });

  test("a failed query does not look like an empty one, and is tried again", async () => {
    const context = await stage().newContext();
    const page = await context.newPage();
    await page.route("**/v2/runs?*", (route) =>
      route.fulfill({ status: 500, body: '{"errors":[{"code":"store_failed","message":"The disk says no."}]}' }),
    );
    await page.goto(`${stage().server.url}/runs`);
    await page.getByText("Runs could not be loaded").waitFor();
    await page.getByText("The disk says no.").waitFor();
    await page.unroute("**/v2/runs?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Remind in six days").waitFor();
    await context.close();
  });

  test("new runs come in at the top by themselves, but wait for a click while rows are picked", async () => {
    const { server, open } = stage();
    const page = await open("/runs?functionId=shop-welcome");
    const rows = page.getByRole("list", { name: "Runs" }).getByRole("listitem");
    await eventually("the rows", async () => ((await rows.count()) === 3 ? true : null));
    const send = () =>
      server.engine.ingest({ body: { name: "shop/user.created", data: { name: "Mary" } }, seed: null });
    await send();
    await eventually("a fourth row", async () => ((await rows.count()) === 4 ? true : null));
    await rows.nth(2).getByRole("checkbox").click();
    await send();
    await page.getByRole("button", { name: "1 new run" }).click();
    await eventually("a fifth row", async () => ((await rows.count()) === 5 ? true : null));
    await page.close();
  });

  test("j, k, Enter and x walk the list, open a run and pick it", async () => {
    const page = await stage().open("/runs?functionId=shop-charge");
    const rows = page.getByRole("list", { name: "Runs" }).getByRole("listitem");
    await eventually("the rows", async () => ((await rows.count()) === 3 ? true : null));
    for (const key of ["j", "j", "k", "x"]) await page.keyboard.press(key);
    expect(await rows.nth(0).getByRole("checkbox").isChecked()).toBe(true);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\/\w{26}$/);
    const first = page.url();
    await page.getByRole("heading", { name: "Charge a card" }).waitFor();
    await page.keyboard.press("j");
    await eventually("the next run", () => (page.url() === first ? null : true));
    await page.close();
  });

  test("picked runs are retried and cancelled, after a question that names their number", async () => {
    const { server, open, runOf } = stage();
    const page = await open("/runs?functionId=shop-charge&status=FAILED");
    const rows = page.getByRole("list", { name: "Runs" }).getByRole("listitem");
    await eventually("two failed runs", async () => ((await rows.count()) === 2 ? true : null));
    await rows.nth(0).getByRole("checkbox").click();
    await page.keyboard.down("Shift");
    await rows.nth(1).getByRole("checkbox").click();
    await page.keyboard.up("Shift");
    await page.getByText("2 runs picked").waitFor();
    await page.getByRole("button", { name: "Retry 2" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Retry 2 runs" }).click();
    await page.getByText("2 runs retried").waitFor();
    await eventually("four failed runs", async () => {
      const runs = await server.store.listRuns({ limit: 50, status: "Failed" });
      return runs.length === 4 ? true : null;
    });

    const nap = await server.engine.ingest({ body: { name: "shop/cart.left", data: {} }, seed: null });
    await page.goto(`${server.url}/runs?functionId=shop-nap`);
    await eventually("two naps", async () => ((await rows.count()) === 2 ? true : null));
    await rows.nth(0).getByRole("checkbox").click();
    await page.getByRole("button", { name: "Cancel 1" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel 1 run" }).click();
    await page.getByText("1 run cancelled").waitFor();
    expect(nap.ids).toHaveLength(1);
    expect(await runOf("shop-nap", "CANCELLED")).toMatch(/^\w{26}$/);
    await rows.nth(0).getByText("Cancelled", { exact: true }).waitFor();
    await page.close();
  });
}
