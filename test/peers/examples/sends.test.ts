/** What clients send: our SDK beside the published inngest 4. */
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listen, silent } from "../world.ts";
import { columns } from "./columns.ts";
import { closeServer } from "./create-stage.ts";
import type { Sdk } from "./example.ts";

// biome-ignore lint/suspicious/noExplicitAny: clients of two packages.
type Client = any;

interface Sent {
  answer: unknown;
  requests: { method: string | undefined; path: string | undefined; headers: unknown; body: unknown }[];
}

const comparedHeaders = ["content-type", "x-inngest-env", "x-inngest-sdk-handled"];

/** Events that were given no time have the time of their sending. */
const withoutTimes = (events: { ts?: number }[]): unknown =>
  events.map((event) => (event.ts !== undefined && Date.now() - event.ts < 60_000 ? { ...event, ts: "now" } : event));

/** Has a client do something, and writes down what it asks of an engine that answers with a status and a body. */
async function record(
  sdk: Sdk,
  options: object,
  act: (client: Client, sdk: Sdk) => Promise<unknown>,
  reply = { status: 200, body: '{"ids":["01J","02J"],"status":200}' },
): Promise<Sent> {
  const requests: Sent["requests"] = [];
  const engine = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const headers = Object.fromEntries(comparedHeaders.map((name) => [name, request.headers[name]]));
      const seed = String(request.headers["x-inngest-event-id-seed"] ?? "none").replace(/^\d+,[\w+/=-]+$/, "a seed");
      const json = JSON.parse(body) as unknown;
      const sent = Array.isArray(json) ? withoutTimes(json) : json;
      requests.push({ method: request.method, path: request.url, headers: { ...headers, seed }, body: sent });
      response.writeHead(reply.status, { "content-type": "application/json" }).end(reply.body);
    });
  });
  onTestFinished(() => closeServer(engine));
  const baseUrl = await listen(engine);
  const client = new sdk.Inngest({ id: "sender", baseUrl, isDev: true, logger: silent, ...options });
  const answer = await act(client, sdk).catch((error: Error) => ({ name: error.name, message: error.message }));
  return { answer, requests };
}

const cases: [string, (client: Client, sdk: Sdk) => Promise<unknown>, object?][] = [
  ["one event", (client) => client.send({ name: "a", data: { n: 1 } })],
  ["an event without data", (client) => client.send({ name: "a" })],
  [
    "many events",
    (client) =>
      client.send([
        { name: "a", data: {} },
        { name: "b", data: { list: [1, null, "x"] } },
      ]),
  ],
  [
    "every field",
    (client) => client.send({ id: "e1", name: "a", data: {}, user: { id: 1 }, ts: 1_700_000_000_000, v: "2" }),
  ],
  [
    "values that JSON has not",
    (client) => client.send({ name: "a", data: { at: new Date(0), gone: undefined, no: Number.NaN } }),
  ],
  ["with a key", (client) => client.send({ name: "a", data: {} }), { eventKey: "the-key" }],
  ["to an environment", (client) => client.send({ name: "a", data: {} }), { env: "branch" }],
  [
    "to an environment of the call",
    (client) => client.send({ name: "a", data: {} }, { env: "other" }),
    { env: "branch" },
  ],
  ["nothing", (client) => client.send([])],
  [
    "an event of a type",
    (client, { eventType, staticSchema }) =>
      client.send(
        eventType("typed", { schema: staticSchema<{ n: number }>(), version: "3" }).create({ n: 1 }, { id: "t" }),
      ),
  ],
  [
    "sessions",
    (client) => client.send({ name: "a", data: {}, meta: { sessions: { user: 7, none: null, text: "x" } } }),
  ],
];

test.each(cases)("sends %s", async (_name, act, options = {}) => {
  const [theirs, ours] = await Promise.all([columns.inngest4.load(), columns.stepwell.load()]);
  const expected = await record(theirs.sdk, options, act);
  const got = await record(ours.sdk, options, act);
  expect(got).toEqual(expected);
});

test.each([
  [400, '{"error":"bad event","status":400}'],
  [401, '{"error":"who are you","status":401}'],
  [404, "not JSON"],
  [413, '{"error":"too large"}'],
])("says at least what the published SDK says of status %i", async (status, body) => {
  const act = (client: Client): Promise<unknown> => client.send({ name: "a", data: {} });
  const sdks = [await columns.inngest4.load(), await columns.stepwell.load()];
  const sent = await Promise.all(sdks.map(({ sdk }) => record(sdk, {}, act, { status, body })));
  const [theirs = "", ours = ""] = sent.map(({ answer }) => (answer as Error).message);
  const start = `Inngest API Error: ${status} `;
  expect(theirs.startsWith(start)).toBe(true);
  expect(ours.startsWith(start)).toBe(true);
  expect(ours).toContain(theirs.slice(start.length));
});
