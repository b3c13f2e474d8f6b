import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createHandler } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";
import { canonicalJson, signBody } from "../../src/signing/index.ts";
import { KEY } from "./set-up-app.ts";

const CALLS = 4_000;
/** A handler that kept a kilobyte of each call would need 4 MB. */
const ALLOWED_BYTES = 1_000_000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What the heap holds once nothing is left that can go. */
async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

it(`keeps nothing of ${CALLS} calls`, async () => {
  const client = new Inngest({
    id: "app",
    isDev: false,
    signingKey: KEY,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const fn = client.createFunction({ id: "f", onFailure: () => "sorry" }, { event: "e" }, async ({ event, step }) => {
    const first = await step.run("first", () => event.data);
    await step.run(`second of ${event.id}`, () => first);
    throw new Error("in vain");
  });
  const handle = createHandler("test", { client, functions: [fn] }, { streams: true });
  const call = async (n: number): Promise<void> => {
    const event = { name: "e", id: `event-${n}`, ts: n, data: { filler: `${n}`.repeat(200) } };
    const steps = n % 2 === 0 ? {} : { e0996a37c13d44c3b06074939d43fa3759bd32c1: { type: "data", data: event.data } };
    const ctx = {
      run_id: `run-${n}`,
      attempt: n % 4,
      disable_immediate_execution: n % 8 === 0,
      use_api: false,
      stack: { stack: Object.keys(steps), current: 0 },
    };
    const body = canonicalJson({ event, events: [event], steps, ctx });
    const headers: Record<string, string> =
      n % 16 === 0 ? {} : { "x-inngest-signature": await signBody(KEY, body, Date.now()) };
    const id = n % 32 === 5 ? `app-unknown-${n}` : "app-f";
    const { status } = await handle({
      method: "POST",
      url: `https://app.test/api/inngest?fnId=${id}&stepId=step`,
      headers: { get: (name) => headers[name] ?? null },
      text: async () => body,
      env: { INNGEST_ENV: `branch-${n}` },
    });
    if (![206, 401, 500].includes(status)) throw new Error(`call ${n} was answered with ${status}`);
  };
  for (let n = 0; n < 1_000; n++) await call(n);
  const before = await heapBytes();
  for (let n = 0; n < CALLS; n++) await call(n);
  expect((await heapBytes()) - before).toBeLessThan(ALLOWED_BYTES);
});
