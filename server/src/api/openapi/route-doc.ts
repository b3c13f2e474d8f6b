/** What is said of a route: in the document of the API, and by the check that its requests pass. Read by both. Pure. */
import type { EngineErrorCode } from "../../domain/error.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import {
  type AnySchema,
  integer,
  list,
  nullable,
  object,
  optional,
  type Schema,
  text,
  ulid,
} from "../schema/schema.ts";

export const tags = [
  "Runs",
  "Events",
  "Functions",
  "Operations",
  "Alerts",
  "Engine",
  "Access",
  "Apps and SDKs",
  "Version 1",
] as const;
export type Tag = (typeof tags)[number];

/** Codes of errors that no EngineError has. */
export type ProblemCode =
  | EngineErrorCode
  | "run_already_cancelled"
  | "run_already_ended"
  | "function_skipped"
  | "not_found";

/** A part of the path or the query. */
export interface ParameterDoc {
  schema: AnySchema;
  /** What it is called when it is wrong. Default: its name. */
  what?: string;
}

/** What answers have in their body: JSON, events without end, a page, text, or nothing. */
export type AnswerDoc = AnySchema | "stream" | "html" | "css" | "text" | "empty";

export interface BodyDoc {
  schema: AnySchema;
  /** `engine`: the route hands it on as it came, and the engine says what is wrong with it. Default: it is checked before. */
  checkedBy?: "engine";
  /** Whether a request without a body is the same as `{}`. Default: false. */
  isOptional?: boolean;
  /** Others than JSON that it may come as. */
  otherTypes?: readonly string[];
}

export interface RouteDoc {
  tag: Tag;
  /** One line. */
  summary: string;
  description?: string;
  /** By name; each parameter of the path must be there. */
  path?: Readonly<Record<string, ParameterDoc>>;
  query?: Readonly<Record<string, ParameterDoc>>;
  body?: BodyDoc;
  /** By status, below 400. */
  answers: Readonly<Record<number, AnswerDoc>>;
  /** Besides those that any route may answer with. */
  errors?: readonly ProblemCode[];
}

export type RouteDocs = Readonly<Record<string, RouteDoc>>;

/** An id in the path. `what`: "run", "event". */
export const idOf = (what: string): ParameterDoc => ({
  schema: ulid({ description: `Id of the ${what}.` }),
  what: `${what} ID`,
});
/** A name in the path. */
export const nameOf = (description: string): ParameterDoc => ({ schema: text({ minLength: 1, description }) });
/** A parameter of the query. */
export const asked = (schema: AnySchema): ParameterDoc => ({ schema });

/** Entries of a list: 1 to `most`. */
export const limitOf = (most: number, missing: number): ParameterDoc =>
  asked(integer({ minimum: 1, maximum: most, default: missing, description: "Entries of a page." }));

const limitMax = 100;
export const limitDefault = 20;
export const limit: ParameterDoc = limitOf(limitMax, limitDefault);
export const cursor: ParameterDoc = asked(
  ulid({
    description: "Where the page begins: `cursor` of the one before.",
    expected: "the id of the last entry of the page before",
  }),
);
/** RFC 3339, or milliseconds since 1970. */
export const time = (description: string): ParameterDoc =>
  asked(text({ format: "moment", description, expected: "a time like 2026-01-31T12:00:00Z" }));

const metadataV2 = object({ fetchedAt: text({ format: "date-time" }), cachedUntil: nullable(text()) });
const pageV2: Schema<object> = {
  json: object({
    cursor: nullable(text({ description: "Where the next page begins; null at the end." })),
    hasMore: { json: { type: "boolean" } },
    limit: integer(),
    leftOut: optional(integer({ description: "Entries of the whole list that were not kept." })),
  }).json,
};

/** The envelope of `/v2`. */
export const answer = (data: AnySchema): AnySchema => object({ data, metadata: metadataV2 });
/** A list in the envelope of `/v2`. */
export const page = (item: AnySchema): AnySchema =>
  object({ data: list({ json: item.json }), metadata: metadataV2, page: pageV2 });

const metadataV1 = {
  fetched_at: text({ format: "date-time" }),
  cached_until: nullable(text()),
};
/** The envelope of `/v1`. */
export const answerV1 = (data: AnySchema): AnySchema => object({ data, metadata: object(metadataV1) });
/** A list in the envelope of `/v1`, with where the next page begins. */
export const pageV1 = (item: AnySchema): AnySchema =>
  object({ data: list({ json: item.json }), metadata: object({ ...metadataV1, next_cursor: nullable(text()) }) });
export const listV1 = (item: AnySchema): AnySchema => answerV1(list({ json: item.json }));

/** Of an object that may have no other fields than those that it names. */
export function closed(schema: AnySchema): AnySchema {
  return { json: { ...schema.json, additionalProperties: false } satisfies JsonSchema };
}
