/** Run: its steps over time, why it waits, what went in and out, and what can be done with it. */
import { expect, test } from "vitest";
import { eventually } from "../../helpers/eventually.ts";
import { seriousFaults } from "../axe.ts";
import type { Stage } from "../stage.ts";

export function runSuite(stage: () => Stage): void {
  test("a step between two tries is shown with its error, its stack and its next try", async () => {
    const { open, runOf } = stage();
    const page = await open(`/runs/${await runOf("shop-flaky")}`);
    await page.getByText(/Step "ask bank" failed with RetryAfterError: The bank answers 503\. Retry 1 of 3/).waitFor();
    await page.getByRole("button", { name: /ask bank/ }).click();
    await page.waitForURL(/step=/);
    await page.getByText("Try 1", { exact: true }).waitFor();
    await page
      .getByText(/shop-app\.ts/)
      .first()
      .waitFor();
    await page.getByText(/next try in/).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test("a failed run shows its error with what caused it, and its event", async () => {
    const { open, runOf } = stage();
    const page = await open(`/runs/${await runOf("shop-charge", "FAILED")}`);
    await page
      .getByRole("tabpanel")
      .getByText(/Card declined for order/)
      .waitFor();
    await page.getByText("Caused by").first().waitFor();
    await page.getByRole("tab", { name: "Event" }).click();
    await page.getByText('"orderId":').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test("what its function logged is a tab, with the step and the error's stack", async () => {
    const { open, runOf } = stage();
    const page = await open(`/runs/${await runOf("shop-charge", "FAILED")}`);
    await page.getByRole("tab", { name: "Logs" }).click();
    const log = page.getByRole("list", { name: "Log" });
    await log.getByText("pricing the order").waitFor();
    await log.getByText('Step "charge card" failed.').waitFor();
    await log
      .getByText(/shop-app\.ts/)
      .first()
      .waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test("a run that waits for another leads to it, and that one back", async () => {
    const { open, runOf } = stage();
    const page = await open(`/runs/${await runOf("shop-brief")}`);
    await page.getByText("write it invoked").getByRole("link").click();
    await page.getByRole("heading", { name: "Welcome a customer" }).waitFor();
    await page.getByText("invoked by").getByRole("link").click();
    await page.getByRole("heading", { name: "Brief" }).waitFor();
    await page.close();
  });

  test("a long sleep is folded, and opens with a click", async () => {
    const { open, server, runOf } = stage();
    const page = await open(`/runs/${await runOf("shop-nap", "RUNNING")}`);
    await page.getByText(/Step "six days" sleeps until/).waitFor();
    expect(await server.engine.operations.explain(await runOf("shop-nap", "RUNNING"))).toHaveLength(1);
    await page.getByRole("button", { name: /six days/ }).click();
    await page.getByRole("tab", { name: "About" }).waitFor();
    await page.close();
  });

  test("it changes by itself when the run does", async () => {
    const { open, server, runOf } = stage();
    const id = await runOf("shop-approve");
    const page = await open(`/runs/${id}`);
    await page.getByText(/waits for event shop\/refund\.approved/).waitFor();
    await server.engine.ingest({ body: { name: "shop/refund.approved", data: { ok: true } }, seed: null });
    await page.getByText("Completed").first().waitFor();
    await page.getByText('"approved": true').waitFor();
    await page.close();
  });

  test("rerun starts a new run that names the one it repeats; from a step, with its output edited", async () => {
    const { open, runOf, server } = stage();
    const original = await runOf("shop-charge", "COMPLETED");
    const page = await open(`/runs/${original}`);
    await page.getByRole("button", { name: /^Rerun/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Rerun" }).click();
    await eventually("the new run", () => (page.url().endsWith(original) ? null : true));
    await page.getByText("repeats").getByRole("link").waitFor();

    await page.goto(`${server.url}/runs/${await runOf("shop-charge", "FAILED")}`);
    await page.getByRole("button", { name: /charge card/ }).click();
    await page.getByRole("button", { name: "Rerun from here" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /take this as its output/ }).check();
    await dialog.getByRole("textbox", { name: "Output" }).fill("{ paid: by hand }");
    await dialog.getByText(/This is not JSON/).waitFor();
    expect(await dialog.getByRole("button", { name: "Rerun" }).isDisabled()).toBe(true);
    await dialog.getByRole("textbox", { name: "Output" }).fill('{ "paid": "by hand" }');
    await dialog.getByRole("button", { name: "Rerun" }).click();
    await page.getByText("Completed").first().waitFor();
    await page.getByRole("button", { name: /charge card/ }).click();
    await page.getByText('"by hand"').waitFor();
    await page.close();
  });

  test("cancel asks first, then ends the run", async () => {
    const { open, runOf, server } = stage();
    await server.engine.ingest({ body: { name: "shop/cart.left", data: {} }, seed: null });
    const id = await runOf("shop-nap");
    const page = await open(`/runs/${id}`);
    await page.getByRole("button", { name: /^Cancel/ }).waitFor();
    await page.keyboard.press("C");
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the run" }).click();
    await page.getByText("Cancelled").first().waitFor();
    expect((await server.store.getRun(id))?.status).toBe("Cancelled");
    await page.close();
  });

  test("an id that leads nowhere says so", async () => {
    const page = await stage().open("/runs/01M8FZFMD806FMHK808QWJS700");
    await page.getByText("There is no such run").waitFor();
    await page.close();
  });
}
