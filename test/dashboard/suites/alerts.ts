/** Alerts in the page: rules, channels, what goes on and what was. Against an engine of its own, whose kill switch may be thrown. */
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createServer } from "../../../server/src/main.ts";
import { seriousFaults } from "../axe.ts";
import type { Stage } from "../stage.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Takes alerts, or refuses them all. */
async function startReceiver(): Promise<{ url: string; state: { status: number } }> {
  const state = { status: 403 };
  const receiver = createHttpServer((_request, response) => void response.writeHead(state.status).end("no entry"));
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => receiver.close(() => resolve())));
  return { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/s3cret`, state };
}

export function alertsSuite(stage: () => Stage): void {
  test("Alerts: a channel is made and tried, a rule switched on, an alert shown everywhere and told, then over; what is wrong is said beside its field", async () => {
    const server = createServer({ mode: "dev", store: null, port: 0, poll: false, logger: silent });
    await server.start();
    onTestFinished(() => server.stop(0));
    const receiver = await startReceiver();
    const context = await stage().newContext();
    const page = await context.newPage();
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    await page.goto(`${server.url}/alerts`);

    await button("New channel").click();
    await page.getByLabel("Name").fill("ops");
    await page.getByLabel("URL").fill("example.com/hook");
    await button("Make the channel").click();
    await page.getByText("`url` must be a URL that begins with").waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("ops");
    expect(await page.getByLabel("URL").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("URL").fill(receiver.url);
    await button("Make the channel").click();
    await page.getByText(/^whsec_/).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await button("Close").first().click();
    expect(await page.content()).not.toContain("s3cret");
    await button("Send a test").click();
    await page.getByText("It answered with 403: no entry").waitFor();
    receiver.state.status = 200;
    await button("Send a test").click();
    await page.getByText("It took the test.").waitFor();

    await button("Success rate below 70 %").click();
    await page.getByLabel("Percent").fill("170");
    await button("Switch the rule on").click();
    await page.getByText(/`threshold` must be a number of percent from 1 to 100/).waitFor();
    expect(await page.getByLabel("Percent").inputValue()).toBe("170");
    await page.getByLabel("Percent").fill("75");
    await button("Switch the rule on").click();
    await page.getByText("Success rate below 75 %", { exact: true }).waitFor();

    await server.engine.operations.pause({ scope: "all", reason: "partner down", author: "ana" });
    await button("Kill switch active").click();
    await page.getByLabel("Severity").selectOption("critical");
    await page.getByLabel("ops").check();
    expect(await seriousFaults(page)).toEqual([]);
    await button("Switch the rule on").click();
    await page.getByRole("region", { name: "Now" }).getByText("Everything has been paused by ana").waitFor();
    await page.getByRole("link", { name: /Alerts.*1/ }).waitFor();
    await page
      .getByRole("region", { name: "History" })
      .getByText("told", { exact: true })
      .locator("visible=true")
      .waitFor();
    expect(await seriousFaults(page)).toEqual([]);

    const rule = page.getByRole("row", { name: /Kill switch active.*tells ops/ });
    await rule.getByRole("button", { name: "Switch off" }).click();
    await page.getByText("its rule was switched off").waitFor();
    await page.getByText("Nothing is wrong, as far as the rules below can tell.").waitFor();
    await rule.getByRole("button", { name: "Change" }).click();
    expect(await page.getByLabel("ops").isChecked()).toBe(true);
    await page.getByLabel("Name").fill("Everything stands still");
    await button("Change the rule").click();
    const renamed = page.getByRole("row", { name: /Everything stands still/ });
    await renamed.getByRole("button", { name: "Remove" }).click();
    await button("Remove the rule").click();
    await renamed.waitFor({ state: "detached" });
    await page
      .getByRole("row", { name: /webhook to/ })
      .getByRole("button", { name: "Remove" })
      .click();
    await button("Remove the channel").click();
    await page.getByText("None yet. A channel is").waitFor();
    await context.close();
  });
}
