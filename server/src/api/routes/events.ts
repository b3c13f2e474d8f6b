/**
 * The event API: `POST /e/:key`, and `POST /v1/events` with the key in its header. All of a request is accepted or none of it,
 * and what got its 200 is on disk. See docs/api.md#events; recordings: test/protocol/fixtures/events.json.
 */
import { headerKeys } from "stepwell/protocol";
import type { IngestRequest } from "../../core/ingest/ingest.ts";
import { EngineError } from "../../domain/error.ts";
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { requestHeader } from "../api-parts.ts";
import { bearerOf } from "../auth.ts";
import { bodyLimits, readText } from "../body.ts";
import { toProblem } from "../problem.ts";

const formTypes = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

function badBody(why: string, cause: unknown): EngineError {
  const expected = "Request body must contain an event object or an array of event objects, as JSON.";
  return new EngineError("invalid_event", `${expected} ${why}`, { cause });
}

async function readForm(text: string, contentType: string): Promise<FormData> {
  try {
    const init = { method: "POST", body: text, headers: { "content-type": contentType } };
    return await new Request("http://form.invalid", init).formData();
  } catch (cause) {
    throw badBody(`It is not the form that its content type says, ${contentType}.`, cause);
  }
}

/**
 * One event out of a form: `name`, `id` and `v` are the event's, each other field becomes an array of texts in `data`.
 * @throws EngineError `invalid_event`
 */
async function parseForm(text: string, contentType: string): Promise<unknown> {
  const form = await readForm(text, contentType);
  const event: Record<string, unknown> = {};
  const data: Record<string, string[]> = {};
  for (const [field, value] of form) {
    if (typeof value !== "string")
      throw new EngineError("invalid_event", `The form field "${field}" is a file. Send texts only.`);
    if (field === "name" || field === "id" || field === "v") event[field] = value;
    else data[field] = [...(data[field] ?? []), value];
  }
  return { ...event, data };
}

function parseEvents(text: string, contentType: string | null): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (contentType !== null && formTypes.test(contentType)) return parseForm(text, contentType);
    throw badBody(text === "" ? "It is empty." : error instanceof Error ? error.message : String(error), error);
  }
}

export function addEventRoutes(app: Api, { engine, auth, access, logger, respond }: ApiParts): void {
  const refuse = (error: string): Response => respond.json(401, { status: 401, message: "", error });

  const isEventKey = async (key: string): Promise<boolean> =>
    auth.allowsEventKey(key) || (await access.keys.find("event", key)) !== null;

  const take = async (c: ApiContext, startsCrons: boolean): Promise<Response> => {
    const text = await readText(c, bodyLimits.events);
    const body = await parseEvents(text, requestHeader(c, "content-type"));
    const [seed, traceparent] = [headerKeys.eventIdSeed, headerKeys.traceparent].map((name) => requestHeader(c, name));
    const request: IngestRequest = { body, seed: seed ?? null, ...(traceparent && { traceparent }) };
    const { ids } = await engine.ingest(startsCrons ? { ...request, startsCrons } : request);
    return respond.json(200, { ids, status: 200 });
  };

  const send = async (c: ApiContext): Promise<Response> => {
    try {
      if (!(await isEventKey(c.req.param("key") ?? ""))) return refuse("Event key not found");
      return await take(c, false);
    } catch (error) {
      const { status, message } = toProblem(error, logger, "POST /e/:key");
      return respond.json(status, { ids: [], status, error: message });
    }
  };

  app.post("/v1/events", async (c) => {
    const key = bearerOf(requestHeader(c, "authorization")) ?? "";
    if (await isEventKey(key)) return take(c, true);
    throw new EngineError(
      "unauthorized",
      "Authentication failed. Send `Authorization: Bearer <event key>` with one of the engine's event keys. With an API key, send the event to POST /v2/events.",
    );
  });
  app.post("/e/:key", send);
  app.post("/e/", () => refuse("Event key is required"));
  app.post("/e", () => refuse("Event key is required"));
}
