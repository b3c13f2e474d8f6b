/** The admins' page in a browser. Left out where there is no Chromium. A row of the table in README.md. */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { guardMs } from "../../../test/helpers/guard.ts";
import { sharedStage } from "./stage.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const there = existsSync(executablePath);
if (!there) console.warn(`The test of price-watch's page is left out: there is no Chromium at ${executablePath}.`);

describe.runIf(there)("the page", () => {
  const current = sharedStage();

  test("scrapes by a click, and shows products, changes and failures", async () => {
    const stage = current();
    const { outside } = stage;
    await stage.provider("afrihost", { all: [["Fibre 100 Mbps", "R 997"]] });
    const browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
    onTestFinished(() => browser.close());
    const httpCredentials = { username: "admin", password: "secret" };
    const context = await browser.newContext({
      httpCredentials,
      colorScheme: "dark",
      viewport: { width: 390, height: 800 },
    });
    context.setDefaultTimeout(guardMs / 2);
    const page = await context.newPage();
    await page.goto(`${stage.app.url}/admin/competitors`);
    const shot = async (name: string): Promise<void> => {
      const to = process.env["EXAMPLES_SCREENSHOTS"];
      if (to !== undefined) await page.screenshot({ path: `${to}/price-watch-${name}.png`, fullPage: true });
    };
    await page.getByRole("button", { name: "Scrape now" }).click();
    await page.getByRole("cell", { name: "R 997.00" }).waitFor();
    outside.pages.set("afrihost/all", [["Fibre 100 Mbps", "R 897"]]);
    await page.getByRole("button", { name: "Scrape now" }).click();
    await page.getByText("Fibre 100 Mbps: R 997.00 → R 897.00 (-10 %)").waitFor();
    outside.withoutCredit = true;
    await page.getByRole("button", { name: "Scrape now" }).click();
    await page.getByRole("alert").getByText("The credits at Firecrawl are used up.").waitFor();
    await page.getByText("Last scrape: failed").waitFor();
    await shot("failed-dark-390");
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1000, height: 700 });
    await shot("failed-light");
    expect(await page.getByRole("button", { name: "Scrape now" }).isEnabled()).toBe(true);
  });
});
