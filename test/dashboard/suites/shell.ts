/** The frame of every page: keys, colours, phones, a base path, a lost engine, and nothing from elsewhere. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { seriousFaults } from "../axe.ts";
import type { Stage } from "../stage.ts";

interface Proxy {
  url: string;
  /** Cuts all connections, and answers none until it is opened again. */
  shut(): void;
  open(): void;
}

/** A proxy that serves the engine below a path of its own. */
async function proxyBelow(prefix: string, engine: string): Promise<Proxy> {
  let isShut = false;
  const server = createServer((incoming, outgoing) => {
    if (isShut) return outgoing.destroy();
    const path = (incoming.url ?? "/").startsWith(prefix) ? (incoming.url ?? "/").slice(prefix.length) || "/" : null;
    if (path === null) return outgoing.writeHead(404).end();
    const { method, headers } = incoming;
    const asked = request(engine + path, { headers, ...(method === undefined ? {} : { method }) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on("error", () => outgoing.destroy());
    outgoing.on("close", () => asked.destroy());
    return incoming.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    shut() {
      isShut = true;
      server.closeAllConnections();
    },
    open() {
      isShut = false;
    },
  };
}

export function shellSuite(stage: () => Stage): void {
  test("? lists the keys, / searches, and an id leads to its run", async () => {
    const { open, runOf } = stage();
    const page = await open("/runs");
    await page.getByText("Remind in six days").first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).getByText("Search runs").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    const id = await runOf("shop-brief");
    await page.keyboard.type(id);
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(id));
    await page.getByRole("heading", { name: "Brief" }).waitFor();
    await page.close();
  });

  test("colours follow the system, and what was chosen is remembered", async () => {
    const page = await stage().open("/runs", { colorScheme: "dark" });
    const theme = () => page.evaluate(() => document.documentElement.dataset["theme"]);
    await page.getByRole("button", { name: /^Colours/ }).waitFor();
    expect(await theme()).toBe("dark");
    await page.getByText("Remind in six days").first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole("button", { name: /^Colours/ }).click();
    expect(await theme()).toBe("light");
    await page.reload();
    await page.getByRole("button", { name: /^Colours: light/ }).waitFor();
    await page.close();
  });

  test("at 390 pixels nothing sticks out, and the pages are in a menu", async () => {
    const { open, runOf } = stage();
    const page = await open("/runs", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByText("Remind in six days").first().waitFor();
    const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await tooWide()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "Open the list of pages" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "Runs" }).waitFor();
    await page.goto(`${stage().server.url}/runs/${await runOf("shop-flaky")}`);
    await page
      .getByText(/The bank answers 503/)
      .first()
      .waitFor();
    expect(await tooWide()).toBeLessThanOrEqual(0);
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  test("it works below a path that a proxy takes off, deep links too; a lost engine is said, and found again", async () => {
    const { newContext, server, runOf } = stage();
    const proxy = await proxyBelow("/tools/jobs", server.url);
    const context = await newContext();
    const page = await context.newPage();
    await page.goto(`${proxy.url}/runs/${await runOf("shop-flaky")}`);
    await page.getByRole("heading", { name: "Ask the bank" }).waitFor();
    await page.getByRole("link", { name: "Back to the runs" }).click();
    await page.waitForURL(`${proxy.url}/runs`);
    await page.getByText("Remind in six days").first().waitFor();
    await page.getByRole("button", { name: "Live" }).waitFor();
    proxy.shut();
    await page.getByText(/^Lost/).waitFor();
    await page.getByText("Remind in six days").first().waitFor();
    proxy.open();
    await page.getByRole("button", { name: "Live" }).waitFor();
    await context.close();
  });

  test("an address that leads to no page says so", async () => {
    const page = await stage().open("/nowhere/at/all");
    await page.getByText("There is no such page").waitFor();
    await page.close();
  });

  test("no tab asked anyone else, broke the page's policy or logged an error", () => {
    expect(stage().complaints).toEqual([]);
  });
}
