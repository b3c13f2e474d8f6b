/**
 * `npm run docs:pictures`: the pictures of the dashboard in README.md and docs/, from a real engine with runs that really ran.
 * Needs a Chromium. Pictures of two runs differ in ids and times.
 */
import { mkdirSync, statSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { Inngest, RetryAfterError } from "stepwell";
import { createServer as createApp } from "../adapters/node.ts";
import { createServer, type StepwellServer } from "../server/src/main.ts";
import { buildPage, reason } from "../test/dashboard/stage.ts";

const folder = fileURLToPath(new URL("../docs/pictures/", import.meta.url));
const MAX_BYTES = 200_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const shop: Inngest = new Inngest({ id: "shop", isDev: true, logger: silent });

const busyFor = new Set<number>();

const ship = shop.createFunction(
  { id: "ship-order", retries: 3, triggers: { event: "shop/order.placed" } },
  async ({ event, step, logger }) => {
    const order = await step.run("load-order", () => sleep(350).then(() => ({ id: event.data.orderId as number })));
    await step.run("charge-card", async () => {
      await sleep(600);
      if (order.id === 1704 && !busyFor.has(order.id)) {
        busyFor.add(order.id);
        throw new RetryAfterError("The bank answers 503", "1s");
      }
      return { paid: true };
    });
    logger.info(`order ${order.id} is paid`);
    const work = ["pack", "print-label", "write-mail"].map((id, n) =>
      step.run(id, () => sleep(400 + 350 * n).then(() => id)),
    );
    await Promise.all(work);
    await step.sleep("wait-for-courier", "2s");
    return step.run("hand-over", () => sleep(250).then(() => "shipped"));
  },
);

const remind = shop.createFunction({ id: "remind", triggers: { event: "shop/cart.left" } }, async ({ step }) => {
  await step.run("remember-cart", () => sleep(120).then(() => "cart 17"));
  await step.sleep("two-days", "2d");
});

const refund = shop.createFunction({ id: "refund", retries: 0, triggers: { event: "shop/refund.asked" } }, ({ step }) =>
  step.run("pay-back", () =>
    sleep(200).then(() => {
      throw new Error("The account is closed");
    }),
  ),
);

async function startApp(): Promise<{ url: string; server: Server }> {
  const server = createApp({ client: shop, functions: [ship, remind, refund] });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/inngest` };
}

/** Sends events one by one, so that the list has runs of several moments, and waits until orders are shipped. */
async function runAll(server: StepwellServer): Promise<string> {
  const names = ["shop/order.placed", "shop/cart.left", "shop/order.placed", "shop/refund.asked"];
  for (let n = 1; n <= 12; n++) {
    const body = { name: names[n % names.length], data: { orderId: 1700 + n } };
    await server.engine.ingest({ body, seed: null });
    await sleep(400);
  }
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const runs = await server.store.listRuns({ limit: 100 });
    const shipped = runs.filter(({ output }) => output === '"shipped"');
    const tookMs = (run: (typeof runs)[number]): number => (run.endedAt ?? 0) - (run.startedAt ?? 0);
    // The slowest one: a step of it was tried again.
    const [shown] = shipped.sort((one, other) => tookMs(other) - tookMs(one));
    if (shown !== undefined && shipped.length === 6) return shown.id;
    await sleep(200);
  }
  throw new Error("The orders are not shipped after a minute.");
}

async function take(page: Page, name: string, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  const path = `${folder}${name}-${colorScheme}.png`;
  await page.waitForLoadState("load");
  await sleep(1500);
  await page.screenshot({ path });
  const { size } = statSync(path);
  console.log(`${path}: ${Math.round(size / 1000)} kB`);
  if (size > MAX_BYTES) throw new Error(`${path} has ${size} bytes; at most ${MAX_BYTES} are allowed.`);
}

if (reason !== null) throw new Error(reason);
mkdirSync(folder, { recursive: true });
await buildPage();
const app = await startApp();
const server = createServer({ mode: "dev", store: null, port: 0, poll: false, discovery: false, logger: silent });
await server.start();
// The app saves its steps there while a call goes on.
shop.setEnvVars({ INNGEST_BASE_URL: server.url });
await server.engine.syncUrl(app.url, "operator");
const run = await runAll(server);
const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 680 } });
for (const [name, path] of [
  ["run", `/runs/${run}`],
  ["runs", "/runs"],
] as const) {
  await page.goto(server.url + path);
  await take(page, name, "light");
  await take(page, name, "dark");
}
await browser.close();
await server.stop();
app.server.close();
