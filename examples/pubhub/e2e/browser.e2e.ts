/** PubHub's page in a browser, as its user works with it. Left out where there is no Chromium. Each test is a row of the table in README.md. */
import { existsSync } from "node:fs";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { guardMs } from "../../../test/helpers/guard.ts";
import { folder, type Stage, sharedStage } from "./stage.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const there = existsSync(executablePath);
if (!there) console.warn(`The tests of PubHub's page are left out: there is no Chromium at ${executablePath}.`);

describe.runIf(there)("the page", () => {
  const current = sharedStage();
  let stage: Stage;
  let browser: Browser;
  beforeAll(async () => {
    await build({
      entryPoints: [`${folder}/src/main.tsx`],
      bundle: true,
      outdir: `${folder}/dist`,
      jsx: "automatic",
      minify: true,
      logLevel: "warning",
    });
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
  });
  afterAll(() => browser?.close());
  beforeEach(() => {
    stage = current();
  });

  /** Signs in by the sign-in page. */
  async function signIn(user: string, options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, ...options });
    context.setDefaultTimeout(guardMs / 2);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(stage.app.url);
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("link", { name: user }).click();
    await page.getByRole("heading", { name: "PubHub" }).waitFor();
    return page;
  }

  async function createProject(page: Page, name: string, subreddits: string): Promise<void> {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("What is it about?").fill("durable jobs");
    await page.getByLabel("Subreddits", { exact: true }).fill(subreddits);
    await page.getByRole("button", { name: "Create project" }).click();
    await page.getByText("keywords: queue, jobs, durable").waitFor();
  }

  const shot = async (page: Page, name: string): Promise<void> => {
    const to = process.env["EXAMPLES_SCREENSHOTS"];
    if (to !== undefined) await page.screenshot({ path: `${to}/pubhub-${name}.png`, fullPage: true });
  };

  test("shows a scan that cannot work, connects Reddit, follows a scan live, and has a response written", async () => {
    const { reddit } = stage.outside;
    const page = await signIn("ana");
    await createProject(page, "Live", "alpha, beta");
    await page.getByRole("button", { name: "Scan Now" }).click();
    await page.getByText("Scan started in background").waitFor();
    await page.getByRole("alert").getByText("Reddit is not connected.").waitFor();
    await shot(page, "failed");

    await page.getByRole("button", { name: "Connect Reddit" }).click();
    await page.getByRole("button", { name: "Connect Reddit" }).waitFor({ state: "detached" });
    reddit.post("alpha", { title: "Which queue do you like?" });
    for (const name of ["alpha", "beta"]) reddit.held.add(name);
    await page.getByRole("button", { name: "Scan Now" }).click();
    await page.getByText("Scanning in background…").waitFor();
    expect(await page.getByRole("progressbar").getAttribute("max")).toBe("2");
    await shot(page, "scanning");
    reddit.release();
    // Nobody reloads: the stream brings it.
    await page.getByRole("link", { name: "Which queue do you like?" }).waitFor();
    await page.getByText("Found 1 new items!").waitFor();
    expect(await page.locator("[data-live=true]").count()).toBe(1);

    await page.getByRole("button", { name: "Generate Response" }).click();
    await page.getByText('Thanks for asking about "Which queue do you like?".').waitFor();
    await shot(page, "answered");
  });

  test("cancels a scan by its button", async () => {
    await stage.user("ben");
    const page = await signIn("ben");
    await createProject(page, "Cancelled", "gamma");
    stage.outside.reddit.held.add("gamma");
    await page.getByRole("button", { name: "Scan Now" }).click();
    await page.getByRole("button", { name: "Cancel scan" }).click();
    await page.getByText("The last scan was cancelled.").waitFor();
  });

  test("asks every five seconds while the stream is broken off", async () => {
    const page = await signIn("ben");
    // A page that is opened while streams do not work.
    await page.route("**/live", (route) => route.abort());
    await page.reload();
    const polled = page.waitForRequest(/\/feed\/[^/]+\/state$/);
    await page.getByRole("heading", { name: "PubHub" }).waitFor();
    await polled;
    await page.getByText("checked every 5 seconds").waitFor();
  });

  test("shows admins how the jobs went, dark and on a phone too", async () => {
    const page = await signIn("eva", { colorScheme: "dark", viewport: { width: 390, height: 800 } });
    await createProject(page, "Admin", "delta");
    await page.getByRole("cell", { name: "pubhub-project-generate-keywords" }).waitFor();
    await shot(page, "admin-dark-390");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(wide).toBe(false);
    const other = await signIn("ana");
    await other.getByRole("heading", { name: "New project" }).waitFor();
    expect(await other.getByText("Background jobs").count()).toBe(0);
  });
});
