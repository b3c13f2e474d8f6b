/**
 * An app's HTTP answer to a call, as the engine understands it. Called by http-sdk-caller. Pure.
 * Recordings: test/protocol/fixtures/calls.json.
 */
import { headerKeys, type Operation, type SerializedError } from "stepwell/protocol";
import { operationProblem } from "../core/wire/operation-problem.ts";
import { respellOperation } from "../core/wire/operation-shape.ts";
import { type Answer, noAdvice } from "../domain/answer.ts";
import { toStoredJson } from "../domain/stored-json.ts";
import { type CallErrorCode, callError } from "./connection-error.ts";
import { type HttpAnswer, headerOf } from "./http-exchange.ts";
import { readRetryAdvice } from "./retry-advice.ts";
import { takeLogs } from "./take-logs.ts";

const snippetLength = 200;

/** Returned instead of a value when a text is not JSON. */
const notJson: unique symbol = Symbol("not JSON");

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return notJson;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function snippet(text: string): string {
  const line = text
    .slice(0, snippetLength * 4)
    .replace(/\s+/g, " ")
    .trim();
  if (line === "") return "an empty body";
  return line.length > snippetLength ? `${line.slice(0, snippetLength)}…` : line;
}

function readVersion(answer: HttpAnswer): number | null {
  const text = headerOf(answer.headers, headerKeys.requestVersion);
  return text !== null && /^-?\d{1,9}$/.test(text) ? Number(text) : null;
}

/** The app took the call and went away before it answered. */
const crashCodes: readonly unknown[] = ["connection_closed", "connection_reset"] satisfies CallErrorCode[];

/** The app never saw the call. */
const unreachedCodes: readonly unknown[] = ["unreachable", "unsupported_protocol"] satisfies CallErrorCode[];

/** A call that failed by itself: nothing is known of retries. */
export function failedCall(error: SerializedError): Answer {
  const failure = { kind: "failure", error, retry: noAdvice, requestVersion: null } as const;
  if (crashCodes.includes(error.code)) return { ...failure, crashed: true };
  return unreachedCodes.includes(error.code) ? { ...failure, unreached: "down" } : failure;
}

function readOperations(answer: HttpAnswer, now: number): Answer {
  const requestVersion = readVersion(answer);
  const retry = readRetryAdvice((name) => headerOf(answer.headers, name), now);
  const fail = (problem: string): Answer => ({
    kind: "failure",
    error: callError("invalid_answer", `Your app's answer with status 206 cannot be used: ${problem}.`),
    retry,
    requestVersion,
  });
  if (answer.body.trim() === "") return fail("its body is empty, expected a JSON array of operations");
  const parsed = parseJson(answer.body);
  if (parsed === notJson) return fail(`its body is not JSON (${snippet(answer.body)})`);
  const items = Array.isArray(parsed) ? parsed : [parsed];
  for (let i = 0; i < items.length; i++) {
    items[i] = respellOperation(items[i]);
    const problem = operationProblem(items[i], i);
    if (problem !== null) return fail(problem);
  }
  return { kind: "operations", operations: items as Operation[], retry, requestVersion };
}

/**
 * A function's result. SDKs that tell no request version may have encoded it twice; a text from a newer SDK is the
 * text that the function returned, whatever it looks like.
 */
function readResult(answer: HttpAnswer): Answer {
  const requestVersion = readVersion(answer);
  if (answer.body.trim() === "") return { kind: "result", output: "null", requestVersion };
  let value = parseJson(answer.body);
  if (value === notJson) value = answer.body;
  else if (typeof value === "string" && requestVersion === null) {
    const inner = parseJson(value);
    if (typeof inner === "object" && inner !== null) value = inner;
  }
  try {
    return { kind: "result", output: toStoredJson(value), requestVersion };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return failedCall(callError("invalid_answer", `Your app's result cannot be kept: ${why}`));
  }
}

/** The error that an SDK wrote, or null when the body holds none. */
function readSdkError(body: string): SerializedError | null {
  let value = parseJson(body);
  if (typeof value === "string") value = parseJson(value);
  if (!isObject(value) || typeof value.message !== "string") return null;
  return {
    ...value,
    name: typeof value.name === "string" && value.name !== "" ? value.name : "Error",
    message: value.message,
  };
}

const bodyTooLarge = 413;
const raiseLimit =
  'The call was too large for what stands before the SDK. Raise its limit to 4 MB: in Express `app.use(express.json({ limit: "4mb" }))`, in nginx `client_max_body_size 4m`.';

function readFailure(answer: HttpAnswer, fromSdk: boolean, now: number): Answer {
  const sdkError = fromSdk ? readSdkError(answer.body) : null;
  const hint = !fromSdk && answer.status === bodyTooLarge ? ` ${raiseLimit}` : "";
  const whose = fromSdk ? "Your app answered" : "Your server answered, not an Inngest SDK in it";
  const unreached = unreachedBy(answer, fromSdk);
  return {
    kind: "failure",
    error:
      sdkError ??
      callError("http_error", `invalid status code: ${answer.status}. ${whose}: ${snippet(answer.body)}${hint}`),
    retry: readRetryAdvice((name) => headerOf(answer.headers, name), now),
    requestVersion: readVersion(answer),
    ...(unreached === null ? {} : { unreached }),
  };
}

const badGateway = 502;
const unavailable = 503;
const gatewayTimeout = 504;

/** Whether the answer says that the function was not called. Null: it was, as far as one can tell. */
function unreachedBy({ status, headers }: HttpAnswer, fromSdk: boolean): "proxy" | "draining" | null {
  if (!fromSdk) return status >= badGateway && status <= gatewayTimeout ? "proxy" : null;
  return status === unavailable && headerOf(headers, headerKeys.retryAfter) !== null ? "draining" : null;
}

/** A streamed answer: what was to be said in status and headers stands in the body. Null when it does not. */
export function unwrapStreamed(answer: HttpAnswer): HttpAnswer | null {
  const value = parseJson(answer.body);
  if (!isObject(value) || typeof value.status !== "number") return null;
  const headers = { ...answer.headers };
  if (isObject(value.headers)) {
    for (const [name, text] of Object.entries(value.headers)) {
      if (typeof text === "string") headers[name.toLowerCase()] = text;
    }
  }
  const { body } = value;
  return { status: value.status, headers, body: typeof body === "string" ? body : JSON.stringify(body ?? null) };
}

/** `now`: milliseconds since 1970, for `Retry-After`. */
export function readAnswer(given: HttpAnswer, now: number): Answer {
  const { answer, logs } = takeLogs(given);
  const read = readBare(answer, now);
  return logs === null ? read : { ...read, logs };
}

function readBare(answer: HttpAnswer, now: number): Answer {
  const fromSdk =
    headerOf(answer.headers, headerKeys.sdk) !== null || headerOf(answer.headers, headerKeys.sdkHandled) !== null;
  const { status } = answer;
  if (status < 200 || status > 299) return readFailure(answer, fromSdk, now);
  if (headerOf(answer.headers, headerKeys.sdk) === null) {
    return failedCall(
      callError(
        "not_sdk",
        `The response did not come from an Inngest SDK: status ${status} without the header ${headerKeys.sdk}. Check that the URL is the one where your app serves its functions. It said: ${snippet(answer.body)}`,
      ),
    );
  }
  if (status === 206) return readOperations(answer, now);
  if (status !== 201) return readResult(answer);
  const inner = unwrapStreamed(answer);
  if (inner === null) {
    return failedCall(
      callError("invalid_answer", `Your app's streamed answer ended without a status: ${snippet(answer.body)}`),
    );
  }
  const { answer: said, logs } = takeLogs(inner);
  const read = readStreamed(said, now);
  return logs === null ? read : { ...read, logs };
}

function readStreamed(answer: HttpAnswer, now: number): Answer {
  if (answer.status === 206) return readOperations(answer, now);
  return answer.status >= 200 && answer.status <= 299 ? readResult(answer) : readFailure(answer, true, now);
}
