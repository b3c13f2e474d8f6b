/**
 * How a tool does its work: it asks the API as whoever called the tool could, so that roles, checks of input and the audit log are
 * those of the API and stand nowhere else. Made by mcp for each request.
 */
import { EngineError } from "../../domain/error.ts";
import type { Api, ApiContext, ApiParts } from "../api-parts.ts";
import { requestHeader } from "../api-parts.ts";

export interface AskApi {
  /** What the envelope of `/v2` holds. @throws EngineError with what the API says of it */
  ask<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T>;
}

interface Problem {
  errors?: { code?: string; message?: string }[];
  data?: unknown;
}

/** Nobody's key is written into a tool's answer: the API says none. */
function refused(status: number, { errors = [] }: Problem): EngineError {
  const message = errors[0]?.message ?? `The engine answered ${status}.`;
  return new EngineError("invalid_request", message);
}

/** An invocation whose key has started a run before answers with that run, and 409. */
const isAnswer = (status: number, { errors }: Problem): boolean => status < 400 || (status === 409 && !errors);

export function createAskApi(app: Api, c: ApiContext, { addressOf }: Pick<ApiParts, "addressOf">): AskApi {
  const authorization = requestHeader(c, "authorization");
  const from = addressOf(c);
  return {
    async ask<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
      const headers = {
        ...(authorization === null ? {} : { authorization }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const response = await app.fetch(new Request(`http://engine.invalid/v2${path}`, init), { from });
      const answer = (await response.json()) as Problem;
      if (isAnswer(response.status, answer)) return answer.data as T;
      throw refused(response.status, answer);
    },
  };
}
