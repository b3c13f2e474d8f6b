/** An app whose runs come to every state that the page shows: completed, failed, sleeping, waiting, retrying, held up. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest, NonRetriableError, RetryAfterError } from "stepwell";
import { createServer } from "../../adapters/node.ts";

/** Resolves when the test ends, so that a step of `pack` is under way for as long as it looks. */
export interface ShopApp {
  url: string;
  server: Server;
  /** Lets the steps that are under way end. */
  release(): void;
  close(): Promise<void>;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const shop: Inngest = new Inngest({ id: "shop", isDev: true, logger: silent });

class CardError extends Error {
  override name = "CardError";
}

const welcome = shop.createFunction(
  { id: "welcome", name: "Welcome a customer", triggers: { event: "shop/user.created" } },
  async ({ event, step }) => {
    const user = await step.run("load user", () => ({ name: event.data.name as string, plan: "free" }));
    await Promise.all(["mail", "crm", "chat"].map((to) => step.run(`tell ${to}`, () => ({ to, ok: true }))));
    await step.run("greet", () => `Welcome, ${user.name}!`);
    return { greeted: user.name };
  },
);

const charge = shop.createFunction(
  {
    id: "charge",
    name: "Charge a card",
    retries: 0,
    triggers: { event: "shop/order.placed", if: "event.data.amount > 0" },
  },
  async ({ event, step, logger }) => {
    logger.info({ orderId: event.data.orderId }, "pricing the order");
    await step.run("price", () => ({ amount: event.data.amount as number }));
    await step.run("charge card", () => {
      if (event.data.card === "good") return { paid: true };
      throw new NonRetriableError(`Card declined for order ${event.data.orderId}`, {
        cause: new CardError("no funds"),
      });
    });
    return { paid: true };
  },
);

const flaky = shop.createFunction(
  { id: "flaky", name: "Ask the bank", retries: 3, triggers: { event: "shop/bank.asked" } },
  async ({ step }) => {
    await step.run("prepare", () => "ready");
    await step.run("ask bank", () => {
      throw new RetryAfterError("The bank answers 503", "1h");
    });
  },
);

const nap = shop.createFunction(
  { id: "nap", name: "Remind in six days", triggers: { event: "shop/cart.left" } },
  async ({ step }) => {
    await step.run("remember", () => "cart 17");
    await step.sleep("six days", "6d");
    await step.run("remind", () => "reminded");
  },
);

const approve = shop.createFunction(
  {
    id: "approve",
    name: "Wait for approval",
    triggers: { event: "shop/refund.asked" },
    cancelOn: [{ event: "shop/refund.withdrawn" }],
  },
  async ({ step }) => {
    const approval = await step.waitForEvent("approval", {
      event: "shop/refund.approved",
      timeout: "3d",
      if: "async.data.ok == true",
    });
    return { approved: approval !== null };
  },
);

const report = shop.createFunction(
  { id: "report", name: "Morning report", triggers: { cron: "TZ=Europe/Berlin 0 6 * * 1-5" } },
  async ({ step }) => step.run("count", () => ({ orders: 17 })),
);

const limited = shop.createFunction(
  {
    id: "limited",
    name: "Newsletter",
    rateLimit: { limit: 1, period: "1h" },
    triggers: { event: "shop/user.created" },
  },
  async () => "sent",
);

const brief = shop.createFunction(
  { id: "brief", name: "Brief", triggers: { event: "shop/brief.asked" } },
  async ({ step }) => step.invoke("write it", { function: welcome, data: { name: "Grace" } }),
);

/** What `createShopApp` makes, with a step that lasts until it is told to end. */
export async function startShopApp(): Promise<ShopApp> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const pack = shop.createFunction(
    {
      id: "pack",
      name: "Pack a parcel",
      concurrency: { limit: 1, key: "event.data.customer" },
      triggers: { event: "shop/parcel.ordered" },
    },
    async ({ step }) => step.run("pack", () => released.then(() => "packed")),
  );
  const functions = [welcome, charge, flaky, nap, approve, report, limited, brief, pack];
  const server = createServer({ client: shop, functions });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/inngest`,
    server,
    release,
    close: async () => {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Events that bring the app's functions into their states. */
export const shopEvents: readonly { name: string; data: Record<string, unknown> }[] = [
  { name: "shop/cart.left", data: { cart: 17 } },
  { name: "shop/refund.asked", data: { order: 11 } },
  { name: "shop/bank.asked", data: { order: 12 } },
  { name: "shop/order.placed", data: { orderId: 1, amount: 20, card: "bad" } },
  { name: "shop/order.placed", data: { orderId: 2, amount: 30, card: "bad" } },
  { name: "shop/order.placed", data: { orderId: 3, amount: 40, card: "good" } },
  { name: "shop/user.created", data: { name: "Ada", plan: "pro" } },
  { name: "shop/user.created", data: { name: "Linus", plan: "free" } },
  { name: "shop/brief.asked", data: { topic: "engines" } },
  { name: "shop/parcel.ordered", data: { customer: "acme", parcel: 1 } },
  { name: "shop/parcel.ordered", data: { customer: "acme", parcel: 2 } },
  { name: "shop/nobody.listens", data: { hello: "world" } },
];
