/**
 * What all routes of the admin API share: who may use them, and the shape of answers, {"success":true,"data":…} or
 * {"success":false,"error":"…"}. Must never put a key in an answer.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { isEngineApiError } from "stepwell-server/client";
import type { z } from "zod";

/** A request that is not as it should be. */
export class BadRequest extends Error {}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function failure(status: number, error: string): Response {
  return Response.json({ success: false, error }, { status });
}

function refusal(request: Request): Response | null {
  const key = process.env["ADMIN_API_KEY"] || process.env["WORKER_API_KEY"];
  if (key === undefined || key === "")
    return failure(503, "The admin API is closed: set ADMIN_API_KEY where the app runs.");
  const given = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  if (timingSafeEqual(digest(given), digest(key))) return null;
  return failure(401, "Send the header Authorization: Bearer <ADMIN_API_KEY>.");
}

/** Makes a route of what answers with data. */
export function adminRoute(answer: (request: Request) => Promise<unknown>): (request: Request) => Promise<Response> {
  return async (request) => {
    const refused = refusal(request);
    if (refused !== null) return refused;
    try {
      return Response.json({ success: true, data: await answer(request) });
    } catch (error) {
      if (error instanceof BadRequest) return failure(400, error.message);
      if (isEngineApiError(error) && error.status >= 400 && error.status < 500)
        return failure(error.status, error.message);
      console.error(error);
      return failure(503, error instanceof Error ? error.message : String(error));
    }
  };
}

/** @throws BadRequest that shows what was expected */
export async function readBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  expected: string,
): Promise<z.infer<Schema>> {
  const body: unknown = await request.json().catch(() => null);
  const read = schema.safeParse(body);
  if (!read.success) throw new BadRequest(`Expected a body like ${expected}.`);
  return read.data;
}
