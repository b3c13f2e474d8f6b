/**
 * Checks a request against what the document says of its route: the path and the query before the route answers, the body when
 * the route reads it. Used by create-api and by readers of bodies. What the document says is what is checked here: both read
 * the same table.
 */
import { matchedRoutes } from "hono/route";
import { EngineError } from "../../domain/error.ts";
import type { Api, ApiContext } from "../api-parts.ts";
import { expectedBy, findFlaw, type JsonSchema } from "../schema/json-schema.ts";
import type { Schema } from "../schema/schema.ts";
import type { ParameterDoc, RouteDoc } from "./route-doc.ts";
import { docOfRoute } from "./route-docs.ts";

const invalid = (message: string): EngineError => new EngineError("invalid_request", message);

/** A parameter's text as the value that its schema speaks of; spelling of listed words and of flags does not matter. */
function toValue(text: string, schema: JsonSchema): unknown {
  if (schema.type === "integer") return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (schema.type === "boolean") return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === "true" : text;
  const word = schema.enum?.find((known) => String(known).toLowerCase() === text.toLowerCase());
  return word ?? text;
}

/** Values of a parameter that may be given again, as `name` or `name[]`, or as a list with commas. */
export function readList(c: ApiContext, name: string): string[] {
  const given = [...(c.req.queries(name) ?? []), ...(c.req.queries(`${name}[]`) ?? [])];
  return given.flatMap((text) => text.split(",")).filter((text) => text !== "");
}

function assertRight(text: string, json: JsonSchema, what: string): void {
  if (findFlaw(toValue(text, json), json) !== null)
    throw invalid(`Invalid ${what}: ${text}. Expected ${expectedBy(json)}.`);
}

function checkQuery(c: ApiContext, name: string, { schema: { json }, what = name }: ParameterDoc): void {
  if (json.type !== "array") {
    const text = c.req.query(name);
    if (text !== undefined && text !== "") assertRight(text, json, what);
    return;
  }
  const texts = readList(c, name);
  for (const text of texts) assertRight(text, json.items ?? {}, what);
  const { maxItems = Number.MAX_VALUE } = json;
  if (texts.length > maxItems)
    throw invalid(`${what} has ${texts.length} entries, the most is ${maxItems}. Ask in parts.`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Parts of a path by the names that its route gives them; a middleware is not told them. */
function pathParts(path: string, route: string): Map<string, string> {
  const texts = path.split("/");
  const named = route.split("/").map((part, index): [string, string] => [part, decoded(texts[index] ?? "")]);
  return new Map(named.filter(([part]) => part.startsWith(":")).map(([part, text]) => [part.slice(1), text]));
}

/** @throws EngineError `invalid_request` */
function check(c: ApiContext, { path = {}, query = {} }: RouteDoc, route: string): void {
  const parts = pathParts(c.req.path, route);
  for (const [name, { schema, what = name }] of Object.entries(path)) {
    const text = parts.get(name) ?? "";
    if (findFlaw(text, schema.json) !== null) throw invalid(`Invalid ${what}: ${text}`);
  }
  for (const [name, parameter] of Object.entries(query)) checkQuery(c, name, parameter);
}

/** Of what is registered after it. */
export function addRequestCheck(app: Api): void {
  app.use("*", async (c, next) => {
    const routes = matchedRoutes(c).slice(c.req.routeIndex + 1);
    const route = routes.find(({ method }) => method !== "ALL");
    const doc = route === undefined ? null : docOfRoute(route.method, route.path);
    if (route === undefined || doc === null) return next();
    c.set("doc", doc);
    check(c, doc, route.path);
    return next();
  });
}

function assertBody(value: unknown, json: JsonSchema): void {
  const flaw = findFlaw(value, json);
  if (flaw === null) return;
  if (flaw.fields !== undefined)
    throw invalid(`There is no field \`${flaw.path}\`. Fields are: ${flaw.fields.join(", ")}.`);
  const where = flaw.path === "" ? "The body" : `\`${flaw.path}\``;
  throw invalid(`${where} must be ${flaw.expected}.`);
}

/** @throws EngineError `invalid_request` when a body is not as the schema says */
export function assertIs<T>(value: unknown, schema: Schema<T>): asserts value is T {
  assertBody(value, schema.json);
}

/** @throws EngineError `invalid_request` when a body is not as the document says */
export function checkBody(c: ApiContext, value: unknown): void {
  const body = c.get("doc")?.body;
  if (body !== undefined && body.checkedBy !== "engine") assertBody(value, body.schema.json);
}
