/** An engine with something of everything in it, behind the API in start mode, asked without a socket. For tests of the document. */
import { onTestFinished } from "vitest";
import { createApi } from "../../../../server/src/api/create-api.ts";
import { createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, operations, result } from "../../../helpers/scripted-caller.ts";

export const signingKey = "c0ffee".repeat(10);
export const eventKey = "event-key-of-the-test";

const hash = "a".repeat(40);

export interface DescribedEngine {
  /** Method and path of each route that answers. */
  routes: string[];
  /** With the signing key, unless the init has another. */
  ask(method: string, path: string, body?: unknown): Promise<Response>;
  ids: {
    failed: string;
    sleeping: string;
    done: string;
    event: string;
    schedule: string;
    job: string;
    key: string;
    webhook: string;
    rule: string;
    channel: string;
  };
  /** The secret part of the webhook's URL. */
  token: string;
  /** What was logged as an error. */
  errors: string[];
}

export async function startDescribedEngine(serverKind: "dev" | "cloud" = "cloud"): Promise<DescribedEngine> {
  const core = await createCoreEngine({
    scripts: {
      "shop-bad": () => failure({ name: "Error", message: "no stock of 17" }, { noRetry: true }),
      "shop-nap": () => operations([{ op: "Sleep", id: hash, displayName: "nap", name: "1h", opts: {} }]),
      "shop-good": ({ body: { steps } }) =>
        hash in steps
          ? result({ ok: true })
          : operations([{ op: "StepRun", id: hash, displayName: "one", data: { n: 1 }, opts: { input: [1] } }]),
    },
    sync: () => ({ kind: "failed", code: "unreachable", message: "nothing listens there" }),
  });
  onTestFinished(() => core.stop());
  const errors: string[] = [];
  const error = (fields: object, message: string): void => void errors.push(`${message} ${JSON.stringify(fields)}`);
  const app = createApi({
    engine: core.engine,
    store: core.store,
    access: core.store.access,
    clock: core.clock,
    passwordCost: { n: 256, p: 1 },
    logger: { debug() {}, info() {}, warn() {}, error },
    auth: serverKind === "dev" ? null : { signingKey, eventKeys: [eventKey] },
    serverKind,
    version: "1.2.3",
  });
  const functions = ["bad", "nap", "good"].map((name) =>
    functionConfig(`shop-${name}`, { concurrency: [{ limit: 5, key: "event.data.user" }] }),
  );
  const nightly = functionConfig("shop-nightly", { triggers: [{ cron: "TZ=Europe/Berlin 0 3 * * *" }] });
  await core.engine.register(registration([...functions, nightly], "shop"));
  const event = await core.send("test/shop-good", { user: "ana" }, { id: "order-17", v: "1" });
  const failed = (await core.runOf(await core.send("test/shop-bad"))).id;
  const sleeping = (await core.runOf(await core.send("test/shop-nap"))).id;
  const ask: DescribedEngine["ask"] = async (method, path, body) => {
    const response = await app.request(`http://127.0.0.1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${signingKey}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await core.idle();
    return response;
  };
  const idIn = async (response: Response): Promise<string> =>
    ((await response.json()) as { data: { id: string } }).data.id;
  const schedule = await idIn(await ask("POST", "/v2/schedules", { cron: "0 6 * * *", event: "shop/morning" }));
  const job = await idIn(await ask("POST", "/v2/reruns", { functionId: "shop-good", reason: "try" }));
  const key = await idIn(await ask("POST", "/v2/keys", { name: "first", role: "operate" }));
  await ask("POST", "/v2/pauses", { scope: "function", target: "shop-nightly", reason: "test", author: "ana" });
  const made = await ask("POST", "/v2/webhooks", {
    name: "first",
    transform: '{"name": "test/nothing", "data": body}',
  });
  const { id: webhook, path } = ((await made.json()) as { data: { id: string; path: string } }).data;
  const channel = await idIn(
    await ask("POST", "/v2/alerts/channels", { name: "ops", kind: "slack", url: "https://example.com/hook" }),
  );
  const rule = await idIn(await ask("POST", "/v2/alerts/rules", { condition: "kill-switch", channels: ["ops"] }));
  const seen = new Set<string>();
  for (const { method, path } of app.routes) {
    const isOfPage = method === "GET" && (path === "*" || path === "/*" || path === "/assets/*");
    if (method !== "ALL" && method !== "OPTIONS" && !isOfPage)
      seen.add(`${method} ${path.replace(/^\/api\/v2/, "/v2")}`);
  }
  const done = (await core.runOf(event)).id;
  return {
    routes: [...seen],
    ask,
    ids: { failed, sleeping, done, event, schedule, job, key, webhook, rule, channel },
    token: path.slice(7),
    errors,
  };
}
