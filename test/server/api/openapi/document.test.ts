/** The document of the API: it has every route, says what they really answer, and what they really refuse. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { routeDocs } from "../../../../server/src/api/openapi/route-docs.ts";
import { codesByStatus, problemOf, toDocument } from "../../../../server/src/api/openapi/to-document.ts";
import { findFlaw, type JsonSchema, type Titles } from "../../../../server/src/api/schema/json-schema.ts";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { runs } from "../../../helpers/runs.ts";
import { type DescribedEngine, eventKey, signingKey, startDescribedEngine } from "./described-engine.ts";

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; parameters?: { name: string; in: string }[] }>>;
  components: { schemas: Record<string, JsonSchema> };
}

const document = toDocument("1.2.3") as unknown as OpenApi;

/** Everything in a value that is an object, itself included. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

/** Schemas that speak of themselves, by their titles. */
const titles: Titles = Object.fromEntries(
  objectsIn(Object.values(routeDocs)).flatMap((schema) =>
    typeof schema.title === "string" ? [[schema.title, schema as JsonSchema]] : [],
  ),
);

const hash = "a".repeat(40);

/** A path of a route, with what is there. */
function pathOf(path: string, { ids, token }: DescribedEngine): string {
  const id = /\/(?:runs|dead-letters)\/:id/.test(path)
    ? ids.done
    : path.includes("/events/:id")
      ? ids.event
      : path.includes("/schedules/:id")
        ? ids.schedule
        : path.includes("/keys/:id")
          ? ids.key
          : path.includes("/webhooks/:id")
            ? ids.webhook
            : path.includes("/rules/:id")
              ? ids.rule
              : path.includes("/channels/:id")
                ? ids.channel
                : ids.job;
  const values: Record<string, string> = { id, runId: ids.sleeping, app: "shop", name: "shop", fn: "shop-good" };
  const more: Record<string, string> = { slug: "shop-good", step: hash, key: eventKey, token };
  return path.replaceAll(/:(\w+)/g, (_, name: string) => ({ ...values, ...more })[name] ?? "");
}

/** Requests that are right, where the path alone does not make one. Those of one engine, in this order. */
const bodies: Record<string, unknown> = {
  "POST /v2/run-actions": { action: "rerun", runIds: ["01M8FZFMD806FMHK808QWJS700"] },
  "POST /v2/events": { name: "test/shop-good", data: {} },
  "POST /v2/pauses": { scope: "app", target: "shop", reason: "deploy", author: "ana" },
  "POST /v2/limit-overrides": { function: "shop-bad", control: "concurrency", limit: 2, reason: "slow", author: "ana" },
  "POST /v2/limit-overrides/reset": { function: "shop-bad" },
  "DELETE /v2/limit-overrides": { function: "shop-bad" },
  "POST /v2/pauses/resume": { scope: "app", target: "shop" },
  "DELETE /v2/pauses": { scope: "app", target: "shop" },
  "POST /v2/schedules": { cron: "0 6 * * *", function: "shop-good", data: {} },
  "POST /v2/alerts/rules": { condition: "dead-letters", channels: ["ops"] },
  "POST /v2/alerts/channels": { name: "shop", kind: "webhook", url: "https://example.com/other" },
  "POST /v2/cancellations": { functionId: "shop-bad" },
  "POST /v2/keys": { name: "ci", role: "read" },
  "POST /v2/users": { name: "shop", role: "read", password: "correct horse battery" },
  "POST /v2/users/:name": { role: "operate" },
  "POST /v2/session": { key: signingKey },
  "POST /v2/webhooks": { name: "github", transform: '{"name": "github/push", "data": body}' },
  "POST /v2/webhooks/try": { transform: '{"name": body.type, "data": body}', body: '{"type":"a"}' },
  "POST /v2/webhooks/:id": { transform: '{"name": "test/other", "data": body}' },
  "POST /hooks/:token": { type: "paid" },
  "POST /mcp": { jsonrpc: "2.0", id: 1, method: "tools/list" },
  "POST /e/:key": [{ name: "test/nothing" }],
  "POST /v1/runs/:id/metadata": { target: {}, metadata: [{ kind: "userland.x", op: "set", values: { a: 1 } }] },
  "POST /v1/cancellations": { function_id: "shop-bad" },
  "POST /fn/register": registration([functionConfig("other-one")], "other"),
};
/** What cannot succeed here: no event key is shown, no user asks, nothing waits for a signal, no app can be reached, no job is left to stop, no call is under way. */
const refused = new Set([
  "POST /v1/events",
  "POST /v2/session/password",
  "POST /v1/signals",
  "POST /v1/apps",
  "DELETE /v2/bulk-jobs/:id",
  "DELETE /v2/cancellations/:id",
  "DELETE /v2/reruns/:id",
  "DELETE /v1/cancellations/:id",
  "GET /v2/cancellations/:id",
  "POST /e",
  "POST /e/",
  "GET /dev",
  "GET /v2/session/oidc",
  "GET /v2/session/oidc/callback",
  "POST /v1/checkpoint/:runId/async",
]);

async function holdAnswer(name: string, path: string, response: Response): Promise<void> {
  const doc = routeDocs[name];
  if (doc === undefined) throw new Error(`nothing is said of ${name}`);
  const type = response.headers.get("content-type") ?? "";
  const answer = doc.answers[response.status];
  if (answer === "stream") {
    expect([name, type]).toEqual([name, "text/event-stream"]);
    return response.body?.cancel();
  }
  const text = await response.text();
  for (const secret of [signingKey, eventKey]) expect([name, text.includes(secret)]).toEqual([name, false]);
  if (answer === undefined && response.status >= 400) {
    const problem = JSON.parse(text) as { code?: string; errors?: { code: string }[] };
    // Of events, and of messages of the Model Context Protocol.
    const hasOwnShape = path.startsWith("/e") || path.startsWith("/hooks") || path === "/mcp";
    if (!hasOwnShape && !name.startsWith("GET /v0"))
      expect([name, problem, findFlaw(problem, problemOf(path).json)]).toEqual([name, problem, null]);
    const code = problem.code ?? problem.errors?.[0]?.code;
    const codes: readonly string[] = codesByStatus(doc).get(response.status) ?? [];
    if (code !== undefined)
      expect([name, response.status, code, codes]).toEqual([
        name,
        response.status,
        code,
        expect.arrayContaining([code]),
      ]);
    return;
  }
  if (answer === undefined)
    throw new Error(`${name} answered ${response.status}, of which the document says nothing: ${text}`);
  if (typeof answer === "string") return;
  const value: unknown = JSON.parse(text);
  expect([name, value, findFlaw(value, answer.json, titles)]).toEqual([name, value, null]);
}

describe("the document", () => {
  it("has every route, and no other", async () => {
    const routes = [...(await startDescribedEngine("cloud")).routes, ...(await startDescribedEngine("dev")).routes];
    expect(Object.keys(routeDocs).sort()).toEqual([...new Set(routes)].sort());
  });

  it("names all parts of a path, each operation once, and nothing that is not in it", () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    );
    for (const { path, operationId, parameters = [] } of operations) {
      const named = parameters.filter((one) => one.in === "path").map(({ name }) => `{${name}}`);
      expect([operationId, ...named.sort()]).toEqual([operationId, ...(path.match(/\{\w+\}/g) ?? []).sort()]);
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { $ref } of objectsIn(document)) {
      if (typeof $ref === "string") expect(document.components.schemas).toHaveProperty($ref.split("/").at(-1) ?? "");
    }
    expect(JSON.stringify(document)).not.toContain('"expected"');
  });

  it("is what the engine answers, and so is the page", async () => {
    const { ask } = await startDescribedEngine();
    expect(await (await ask("GET", "/v2/openapi.json")).json()).toEqual(document);
    const page = await ask("GET", "/docs");
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    for (const path of Object.keys(routeDocs))
      expect(html).toContain(`<code>${path.split(" ")[1]?.replaceAll(/:(\w+)/g, "{$1}")}</code>`);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

describe("routes", () => {
  it("answer what the document says", async () => {
    const engine = await startDescribedEngine();
    const { ids } = engine;
    const unexpected: string[] = [];
    // What ends things comes last.
    const last = (name: string): number =>
      /cancel|^DELETE \/(?:fn|v2\/alerts|v2\/schedules|v2\/webhooks)|^DELETE .*runs/.test(name) ? 1 : 0;
    const names = Object.keys(routeDocs).sort((left, right) => last(left) - last(right));
    for (const name of names) {
      const [method = "", path = ""] = name.split(" ");
      const isOfFailed = path.startsWith("/v2/dead-letters/:id");
      const isOfOpen =
        /cancel$/.test(name) ||
        /^(?:DELETE|GET) \/v[01]\/runs\/:id(?:\/actions|\/batch)?$/.test(name) ||
        path.startsWith("/v0");
      const real = path.replace(":id", isOfFailed ? ids.failed : isOfOpen ? ids.sleeping : ":id");
      const query =
        path === "/fn/remove"
          ? "?url=http%3A%2F%2Fapp.test%2Fapi"
          : path === "/v2/run-states"
            ? `?runId=${ids.sleeping},${ids.failed}`
            : /trace$|runs$/.test(path)
              ? "?includeOutput=true"
              : "";
      const target = { target: { run_id: ids.done } };
      const body = name === "POST /v1/runs/:id/metadata" ? { ...(bodies[name] as object), ...target } : bodies[name];
      const response = await engine.ask(
        method,
        pathOf(real, engine) + query,
        body ?? (method === "POST" ? {} : undefined),
      );
      if (response.status >= 400 && !refused.has(name) && !(name.startsWith("DELETE") || /cancel$|retry$/.test(name)))
        unexpected.push(`${name} answered ${response.status}: ${await response.clone().text()}`);
      await holdAnswer(name, path, response);
    }
    expect(unexpected).toEqual([]);
    expect(engine.errors).toEqual([]);
  });

  it("answer no request with 500, with a key, or with what the document does not say", async () => {
    const engine = await startDescribedEngine();
    const names = Object.keys(routeDocs).filter((name) => !/stream$|^GET \/dev$/.test(name));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.infiniteStream(fc.nat(9)),
        junk,
        junk,
        async (name, dice, first, second) => {
          const roll = (): number => dice.next().value ?? 0;
          const [method = "", path = ""] = name.split(" ");
          const doc = routeDocs[name];
          const real =
            roll() < 7 ? pathOf(path, engine) : path.replaceAll(/:\w+/g, encodeURIComponent(String(first) || "x"));
          const query = new URLSearchParams();
          for (const [key, { schema }] of Object.entries(doc?.query ?? {}))
            if (roll() < 5) query.append(key, roll() < 5 ? String(second) : textFor(schema.json, engine));
          const body =
            method === "GET" ? undefined : roll() < 5 ? valueFor(doc?.body?.schema.json ?? {}, roll, second) : second;
          const response = await engine.ask(method, query.size === 0 ? real : `${real}?${query}`, body);
          expect([name, response.status, engine.errors]).toEqual([
            name,
            expect.not.toSatisfy((status: number) => status === 500),
            [],
          ]);
          // A path that is cut short leads elsewhere.
          if (response.status !== 404 || real === pathOf(path, engine)) await holdAnswer(name, path, response);
        },
      ),
      { numRuns: runs(250) },
    );
  });
});

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    "%",
    "../..",
    "\u0000",
    "01M8FZFMD806FMHK808QWJS700",
    -1,
    1e21,
    [],
    {},
    "shop-good",
    "true",
    "0",
  ),
  fc.string({ maxLength: 8 }),
  fc.jsonValue({ maxDepth: 2 }),
);

function textFor(json: JsonSchema, { ids }: DescribedEngine): string {
  const { enum: words, type, format, minimum = 1 } = json.items ?? json;
  if (words !== undefined) return String(words[0]);
  if (type === "integer") return String(minimum);
  if (type === "boolean") return "true";
  return format === "ulid" ? ids.done : format === "moment" ? "2026-01-31T12:00:00Z" : "shop-good";
}

/** Something near to what a schema wants. */
function valueFor(json: JsonSchema, roll: () => number, other: unknown): unknown {
  if (roll() === 0) return other;
  if (json.anyOf !== undefined) return valueFor(json.anyOf[roll() % json.anyOf.length] ?? {}, roll, other);
  if (json.enum !== undefined) return json.enum[roll() % json.enum.length];
  const type = [json.type ?? "object"].flat()[0];
  if (type === "array") return [valueFor(json.items ?? {}, roll, other)];
  if (type === "string") return json.format === "ulid" ? "01M8FZFMD806FMHK808QWJS700" : "shop-good";
  if (type === "integer" || type === "number") return roll();
  if (type === "boolean") return roll() < 5;
  if (type === "null") return null;
  const entries = Object.entries(json.properties ?? {}).filter(() => roll() < 7);
  return Object.fromEntries(entries.map(([name, held]) => [name, valueFor(held, roll, other)]));
}
