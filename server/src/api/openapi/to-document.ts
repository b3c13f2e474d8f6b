/**
 * The OpenAPI 3.1 document, made of what is said of the routes and of who may use them. Called by the reference routes. Pure.
 */
import { type RouteAccess, routeAccess } from "../access/route-access.ts";
import { statusOf } from "../problem.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import { type AnySchema, anything, integer, list, named, object, optional, text } from "../schema/schema.ts";
import type { AnswerDoc, BodyDoc, ParameterDoc, ProblemCode, RouteDoc } from "./route-doc.ts";
import { tags } from "./route-doc.ts";
import { routeDocs } from "./route-docs.ts";

type Json = Record<string, unknown>;

/** Codes that any route may answer with. */
const commonCodes: readonly ProblemCode[] = [
  "invalid_request",
  "request_too_large",
  "unsupported_media_type",
  "unauthorized",
  "forbidden",
];

const problemV2 = named(
  "Problem",
  object({ errors: list(object({ code: text(), message: text() }), { minItems: 1 }) }),
);
const problemV1 = named(
  "ProblemV1",
  object({ error: text(), code: optional(text()), data: optional(anything()), status: integer() }),
);

export const problemOf = (path: string): AnySchema => (path.startsWith("/v2/") ? problemV2 : problemV1);

/** The schema as the document writes it: what has a title stands in `components`, what only the check needs is left out. */
function write(schema: JsonSchema, titles: Map<string, JsonSchema>): JsonSchema {
  const { title, $ref, expected: _, ...rest } = schema;
  if ($ref !== undefined) return { $ref: `#/components/schemas/${$ref}` };
  const { properties, items, anyOf, additionalProperties } = rest;
  const written = (): JsonSchema => ({
    ...rest,
    ...(rest.format === "moment" && { format: "date-time" }),
    ...(rest.format === "ulid" && { pattern: "^[0-7][0-9A-HJKMNP-TV-Z]{25}$" }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, held]) => [name, write(held, titles)])),
    }),
    ...(items && { items: write(items, titles) }),
    ...(anyOf && { anyOf: anyOf.map((option) => write(option, titles)) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: write(additionalProperties, titles) }),
  });
  if (title === undefined) return written();
  if (!titles.has(title)) {
    titles.set(title, {});
    titles.set(title, written());
  }
  return { $ref: `#/components/schemas/${title}` };
}

type Write = (schema: AnySchema) => JsonSchema;

function parameter(name: string, place: "path" | "query", { schema }: ParameterDoc, toJson: Write): Json {
  const { description, ...json } = toJson(schema);
  return { name, in: place, required: place === "path", ...(description && { description }), schema: json };
}

const mediaTypes = { stream: "text/event-stream", html: "text/html", css: "text/css", text: "text/plain" } as const;
const meanings: Readonly<Record<number, string>> = {
  200: "What was asked for.",
  201: "It is there.",
  204: "It is done.",
  409: "It was done before.",
};

function answerContent(answer: AnswerDoc, toJson: Write): Json {
  if (answer === "empty") return {};
  if (typeof answer === "string") return { content: { [mediaTypes[answer]]: { schema: { type: "string" } } } };
  return { content: { "application/json": { schema: toJson(answer) } } };
}

/** Codes by the status that they are answered with. */
export function codesByStatus({ errors = [] }: RouteDoc): Map<number, ProblemCode[]> {
  const codes = new Map<number, ProblemCode[]>();
  for (const code of [...commonCodes, ...errors]) {
    const status = statusOf(code);
    codes.set(status, [...(codes.get(status) ?? []), code]);
  }
  return codes;
}

function responses(path: string, doc: RouteDoc, toJson: Write): Json {
  const problem = { "application/json": { schema: toJson(problemOf(path)) } };
  const good = Object.entries(doc.answers).map(([status, answer]) => [
    status,
    { description: meanings[Number(status)] ?? "Done.", ...answerContent(answer, toJson) },
  ]);
  const bad = [...codesByStatus(doc)].map(([status, codes]) => [
    String(status),
    { description: codes.map((code) => `\`${code}\``).join(", "), content: problem },
  ]);
  const other = ["default", { description: "The engine cannot carry it out now.", content: problem }];
  return Object.fromEntries([...good, ...bad, other]);
}

function requestBody(body: BodyDoc, toJson: Write): Json {
  const form = { schema: { type: "object", additionalProperties: true } };
  const others = (body.otherTypes ?? []).map((type) => [type, form]);
  return {
    required: body.isOptional !== true,
    content: { "application/json": { schema: toJson(body.schema) }, ...Object.fromEntries(others) },
  };
}

/** How one shows who one is; nothing for routes that ask nobody. */
function security(access: RouteAccess | undefined, path: string): Json {
  if (access === undefined) return { security: [] };
  if (access.needs === "event-key") return { security: path.includes("/:") ? [] : [{ eventKey: [] }] };
  if (access.needs === "nothing") return { security: [], "x-role": null };
  return { security: [{ key: [] }, { page: [] }], "x-role": access.needs };
}

/** `POST /v2/runs/:id/cancel` → `postV2RunsByIdCancel` */
function operationId(method: string, path: string): string {
  const parts = path.split("/").slice(1);
  const words = parts.map((part) => (part.startsWith(":") ? `by-${part.slice(1)}` : part === "" ? "root" : part));
  return `${method.toLowerCase()}-${words.join("-")}`.replace(/[-.]+([a-z0-9])/gi, (_, letter: string) =>
    letter.toUpperCase(),
  );
}

function operation(name: string, doc: RouteDoc, toJson: Write): Json {
  const [method = "", path = ""] = name.split(" ");
  const parameters = [
    ...Object.entries(doc.path ?? {}).map(([key, value]) => parameter(key, "path", value, toJson)),
    ...Object.entries(doc.query ?? {}).map(([key, value]) => parameter(key, "query", value, toJson)),
  ];
  return {
    operationId: operationId(method, path),
    tags: [doc.tag],
    summary: doc.summary,
    ...(doc.description && { description: doc.description }),
    ...(parameters.length > 0 && { parameters }),
    ...(doc.body && { requestBody: requestBody(doc.body, toJson) }),
    responses: responses(path, doc, toJson),
    ...security(routeAccess[name], path),
  };
}

export function toDocument(version: string): Json {
  const titles = new Map<string, JsonSchema>();
  const toJson: Write = ({ json }) => write(json, titles);
  const paths: Record<string, Json> = {};
  for (const [name, doc] of Object.entries(routeDocs)) {
    const [method = "", path = ""] = name.split(" ");
    const key = path.replaceAll(/:(\w+)/g, "{$1}");
    paths[key] = { ...paths[key], [method.toLowerCase()]: operation(name, doc, toJson) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Stepwell",
      version,
      description:
        "The HTTP API of a Stepwell engine. Words and flags of a query may be written in any case. Times in queries are RFC 3339, or milliseconds since 1970. Fields that are not named here may come with later versions.",
    },
    servers: [{ url: "/" }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries([...titles].sort(([left], [right]) => (left < right ? -1 : 1))),
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key, or the signing key." },
        eventKey: { type: "http", scheme: "bearer", description: "A key that may send events." },
        page: { type: "apiKey", in: "cookie", name: "stepwell_session", description: "The cookie of the page." },
      },
    },
  };
}
