/**
 * What the routes of `/v2` share: their envelope, their errors, and how they find what a request names.
 * See docs/api.md.
 */

import type { AppRecord, FunctionRecord } from "../../domain/app.ts";
import { EngineError } from "../../domain/error.ts";
import type { ApiContext, ApiParts } from "../api-parts.ts";
import { bodyLimits, parseBody, readText } from "../body.ts";
import { iso } from "../moment.ts";
import { assertIs, checkBody } from "../openapi/check-request.ts";
import type { Status } from "../respond.ts";
import type { Schema } from "../schema/schema.ts";

export interface Page {
  /** Where the next page begins; null at the end. */
  cursor: string | null;
  limit: number;
  /** Default: whether there is a cursor. */
  hasMore?: boolean;
  /** Entries of the whole list that were not kept. Default: such lists have none. */
  leftOut?: number;
}

export interface V2Parts extends ApiParts {
  /** A value in the envelope. Default status: 200. */
  answer(data: unknown, status?: Status): Response;
  /** A list in the envelope. */
  answerPage(data: readonly unknown[], page: Page): Response;
  refuse(status: Status, code: string, message: string): Response;
}

export function createV2Parts(parts: ApiParts): V2Parts {
  const { respond, clock } = parts;
  const metadata = () => ({ fetchedAt: iso(clock.now()), cachedUntil: null });
  return {
    ...parts,
    answer: (data, status = 200) => respond.json(status, { data, metadata: metadata() }),
    answerPage: (data, { cursor, limit, hasMore = cursor !== null, ...more }) =>
      respond.json(200, { data, metadata: metadata(), page: { cursor, hasMore, limit, ...more } }),
    refuse: (status, code, message) => respond.json(status, { errors: [{ code, message }] }),
  };
}

/** An object out of a body; an empty body is `{}`. @throws EngineError `invalid_request`, `request_too_large` */
export async function readObject(
  c: ApiContext,
  what: string,
  limitBytes: number = bodyLimits.invoke,
): Promise<Record<string, unknown>> {
  const text = await readText(c, limitBytes);
  const value = text.trim() === "" ? {} : parseBody(text, what);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new EngineError("invalid_request", `Request body must be a JSON object: ${what}.`);
  checkBody(c, value);
  return value as Record<string, unknown>;
}

/** An object out of a body that is as a schema says. @throws EngineError `invalid_request`, `request_too_large` */
export async function readAs<T>(c: ApiContext, schema: Schema<T>, what: string): Promise<T> {
  const text = await readText(c, bodyLimits.invoke);
  const value: unknown = text.trim() === "" ? {} : parseBody(text, what);
  assertIs(value, schema);
  return value;
}

/** By name or internal id. @throws EngineError `app_not_found` */
export function findApp({ engine }: Pick<ApiParts, "engine">, id: string): AppRecord {
  const app = engine.apps().find((known) => known.name === id || known.id === id);
  if (app !== undefined) return app;
  throw new EngineError("app_not_found", `There is no app "${id}". GET /v2/apps lists those that are synced.`);
}

/** By slug, by internal id, or by the id that it has within `app`. Archived ones too. @throws EngineError `unknown_function` */
export async function findFunction(
  { store }: Pick<ApiParts, "store">,
  id: string,
  app: AppRecord | null = null,
): Promise<FunctionRecord> {
  const functions = (await store.listFunctions()).filter(({ appId }) => app === null || appId === app.id);
  const found = functions.find(({ slug, id: internalId }) => slug === id || internalId === id);
  const local = app === null ? undefined : functions.find(({ slug }) => slug === `${app.name}-${id}`);
  const fn = found ?? local;
  if (fn !== undefined) return fn;
  throw new EngineError(
    "unknown_function",
    `There is no function "${id}"${app === null ? "" : ` in app "${app.name}"`}. GET /v2/functions lists those that are.`,
  );
}
