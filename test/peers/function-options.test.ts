/**
 * The table of function options with the published SDK: what the table lets through is registered by it and by ours, and
 * comes to the same flow control in the engine.
 */
import { expect, test } from "vitest";
import { parseRegistration } from "../../server/src/core/apps/parse-registration.ts";
import { resolveLimits } from "../../server/src/core/limits/limits.ts";
import { type OptionSample, optionPairs, optionSamples } from "../helpers/option-samples.ts";

interface PublishedSdk {
  Inngest: new (options: object) => { createFunction(options: object, handler: () => null): object };
  serve(options: object): (request: Request) => Promise<Response>;
}

/** Loaded without types: they are there only after global-setup ran. */
async function load(name: string): Promise<PublishedSdk> {
  const [main, edge] = (await Promise.all([import(name), import(`${name}/edge`)])) as [PublishedSdk, PublishedSdk];
  return { Inngest: main.Inngest, serve: edge.serve };
}

/** What only our SDK knows, or says in another way; theirs leaves out a `cancelOn` timeout below a second. */
function isOurs({ options }: OptionSample): boolean {
  if (JSON.stringify(options.cancelOn)?.includes('"0s"')) return true;
  const [trigger] = (options.triggers ?? []) as Record<string, unknown>[];
  return "exemptFromPauses" in options || typeof options.retries === "object" || trigger?.missed !== undefined;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const samples = [...optionSamples(), ...optionPairs()].filter((sample) => sample.refusedAs === null && !isOurs(sample));

/** The functions of one app, each with one sample's options, as the SDK registers them. */
async function registered({ Inngest, serve }: PublishedSdk): Promise<object> {
  let body = {};
  const client = new Inngest({
    id: "app",
    isDev: true,
    logger: silent,
    baseUrl: "http://engine.test",
    fetch: async (url: string | URL, init?: RequestInit) => {
      if (String(url).includes("/fn/register")) body = JSON.parse(String(init?.body)) as object;
      return Response.json({ ok: true, modified: true });
    },
  });
  const functions = samples.map(({ options }, index) =>
    client.createFunction({ id: `f${index}`, triggers: { event: "e" }, ...options }, () => null),
  );
  const handler = serve({ client, functions });
  const headers = { host: "app.test" };
  expect((await handler(new Request("http://app.test/api/inngest", { method: "PUT", headers }))).status).toBe(200);
  return body;
}

test("what the table lets through comes from the published SDK as it comes from ours", async () => {
  const limits = resolveLimits({});
  const read = async (name: string) => parseRegistration(await registered(await load(name)), Date.UTC(2030, 0), limits);
  const [theirs, ours] = [await read("inngest-v4"), await read("stepwell")];
  expect(samples.length).toBeGreaterThan(150);
  expect(theirs.functions).toHaveLength(samples.length);
  for (const [index, { options }] of samples.entries()) {
    const [one, other] = [theirs.functions[index], ours.functions[index]];
    expect([options, one?.flow, one?.triggers]).toEqual([options, other?.flow, other?.triggers]);
  }
});
