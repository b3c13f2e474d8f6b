/**
 * What the page's tests share: one engine with an app whose runs are in every state, one browser, and the built page.
 * Made once for all of them. There is no stage where there is no Chromium: `reason` says so then.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { createServer, type StepwellServer } from "../../server/src/main.ts";
import { eventually } from "../helpers/eventually.ts";
import { guardMs } from "../helpers/guard.ts";
import { type ShopApp, shopEvents, startShopApp } from "./shop-app.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** Why the browser's tests are left out; null when they are not. */
export const reason: string | null = existsSync(executablePath)
  ? null
  : `The page's tests are left out: there is no Chromium at ${executablePath}. Install it (apt-get install chromium), or name it in CHROMIUM_PATH.`;

/** Sooner than the test itself is given up, so that the error can name what it waited for. */
const patienceMs = guardMs / 2;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export interface Stage {
  server: StepwellServer;
  shop: ShopApp;
  /** A browser that knows nothing of the others. It waits as long as tests may. */
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** A new tab; everything that goes wrong in it ends up in `complaints`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Errors in the console, failed requests, requests to other places. */
  complaints: string[];
  ask<T>(path: string, init?: { method?: string; body?: unknown }): Promise<T>;
  /** The newest run of a function. */
  runOf(functionId: string, status?: string): Promise<string>;
  close(): Promise<void>;
}

const prepare = fileURLToPath(new URL("../../packaging/prepare-page.mjs", import.meta.url));

/** Builds the page when its source is newer. */
export async function buildPage(): Promise<void> {
  await promisify(execFile)(process.execPath, [prepare]);
}

function watch(page: Page, origin: string, complaints: string[]): void {
  page.on("console", (message) => {
    const isRefusal = /status of (?:4\d\d|502|503)/.test(message.text());
    if (message.type() === "error" && !isRefusal) complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:") && !request.url().startsWith("blob:"))
      complaints.push(`outside request: ${request.url()}`);
  });
}

async function settle(server: StepwellServer): Promise<void> {
  await eventually("the app's runs to come to rest", async () => {
    const runs = await server.store.listRuns({ limit: 100 });
    const open = runs.filter(({ status }) => status === "Queued" || status === "Running");
    // nap, approve, flaky, and two of pack.
    return runs.length >= 13 && open.length === 5 ? true : null;
  });
}

export async function openStage(): Promise<Stage> {
  await buildPage();
  const shop = await startShopApp();
  const server = createServer({ mode: "dev", store: null, port: 0, poll: false, discovery: false, logger: silent });
  await server.start();
  await server.engine.syncUrl(shop.url, "operator");
  await server.engine.ingest({ body: shopEvents, seed: null });
  await settle(server);
  const browser = await chromium.launch({ executablePath, args, timeout: patienceMs });
  const complaints: string[] = [];
  const newContext: Stage["newContext"] = async (options) => {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(patienceMs);
    return context;
  };
  const ask: Stage["ask"] = async <T>(path: string, init: { method?: string; body?: unknown } = {}) => {
    const { method = "GET", body } = init;
    const headers = { "content-type": "application/json" };
    const more = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const response = await fetch(server.url + path, { method, ...more });
    return ((await response.json()) as { data: T }).data;
  };
  return {
    server,
    shop,
    newContext,
    complaints,
    ask,
    async open(path, options = {}) {
      const context = await newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      watch(page, server.url, complaints);
      await page.goto(server.url + path);
      return page;
    },
    async runOf(functionId, status) {
      const query = status === undefined ? "" : `&status=${status}`;
      const [run] = await ask<{ id: string }[]>(`/v2/runs?limit=1&functionId=${functionId}${query}`);
      if (run === undefined) throw new Error(`${functionId} has no run.`);
      return run.id;
    },
    async close() {
      await browser.close();
      shop.release();
      await server.stop(0);
      await shop.close();
    },
  };
}
