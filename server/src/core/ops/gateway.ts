/** Gateway (`step.fetch`): the engine makes an HTTP request, and the run remembers the answer. */
import type { Operation } from "stepwell/protocol";
import { toStoredJson } from "../../domain/stored-json.ts";
import type { ApplyOperation, Draft } from "./draft.ts";
import { requestPlan } from "./request-item.ts";
import { endedStep, isRace } from "./step-record.ts";

export type Fields = Record<string, unknown>;

const maxRequestBytes = 4 * 1024 * 1024;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Why a request cannot be made. Told to the function, which may catch it. */
export class BadRequest extends Error {}

export function readUrl(opts: Fields): string {
  const { url } = opts;
  if (typeof url === "string" && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new BadRequest("The request has no `url` that is an absolute http or https address.");
}

export function readHeaders(opts: Fields): Record<string, string> {
  const headers = opts.headers ?? {};
  if (!isObject(headers)) throw new BadRequest("The request's `headers` must be an object of texts.");
  const made: [string, string][] = Object.entries(headers).map(([name, value]) => {
    const text = Array.isArray(value) ? value.join(", ") : value;
    if (typeof text !== "string" && typeof text !== "number")
      throw new BadRequest(`The request's header "${name}" must be a text, got ${typeof text}.`);
    return [name, String(text)];
  });
  return Object.fromEntries(made);
}

/** Realtime channels are not offered by this engine: an answer that nobody gets must not look as if it were published. */
export function refusePublish({ publish }: Fields): void {
  if (publish === undefined || publish === null || publish === false) return;
  throw new BadRequest("`publish` asks for realtime channels, which this engine does not have. Remove it.");
}

export function checkSize(body: string | null): void {
  const sizeBytes = Buffer.byteLength(body ?? "");
  if (sizeBytes > maxRequestBytes)
    throw new BadRequest(`The request's body has ${sizeBytes} bytes, the most is ${maxRequestBytes}.`);
}

/** The step fails at once, and the function may catch that. */
export function refuseRequest(draft: Draft, operation: Operation, name: string, error: unknown): void {
  if (!(error instanceof BadRequest)) throw error;
  const memo = `{"error":${toStoredJson({ name, message: error.message })}}`;
  draft.ends.push(endedStep(draft, operation, "Failed", memo));
  draft.discover = true;
  draft.discoverNow ||= isRace(operation);
}

function readMethod(opts: Fields): string {
  const method = opts.method ?? "GET";
  if (typeof method === "string" && /^[A-Za-z]{1,20}$/.test(method) && !/^(?:CONNECT|TRACE|TRACK)$/i.test(method))
    return method.toUpperCase();
  throw new BadRequest(`The request's \`method\` ${JSON.stringify(method)} cannot be used.`);
}

function readBody(opts: Fields, method: string): string | null {
  const { body } = opts;
  if (body === undefined || body === null || body === "") return null;
  if (method === "GET" || method === "HEAD") throw new BadRequest(`A ${method} request cannot have a body.`);
  return typeof body === "string" ? body : toStoredJson(body);
}

export const gateway: ApplyOperation = (draft, operation) => {
  const opts = operation.opts ?? {};
  try {
    refusePublish(opts);
    const method = readMethod(opts);
    const body = readBody(opts, method);
    checkSize(body);
    const request = { url: readUrl(opts), method, headers: readHeaders(opts), body };
    draft.plans.push(requestPlan(draft, operation, { kind: "fetch", request }, {}));
  } catch (error) {
    refuseRequest(draft, operation, "GatewayError", error);
  }
};
