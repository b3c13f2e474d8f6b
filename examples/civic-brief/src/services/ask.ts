/**
 * One request to an outside service; what it refuses becomes an error that says whether and when to try again. Called by the
 * services. Must never put a key in a message.
 */
import { NonRetriableError, RetryAfterError } from "stepwell";

export interface Question {
  /** For messages: "Brave Search". */
  service: string;
  /** The variable that holds the key, for messages. */
  keyName: string;
  /** How long to wait for the answer, milliseconds. */
  patienceMs: number;
}

export type Answer = Pick<Response, "status" | "headers" | "text">;

const retryAfterDefaultMs = 60_000;

/** `Retry-After: 30`, or `X-RateLimit-Reset: 1, 86400`: seconds until each of the limits is over. */
function waitMsOf(headers: Headers): number {
  const seconds = headers.get("retry-after") ?? headers.get("x-ratelimit-reset")?.split(",")[0];
  const wait = Number(seconds ?? Number.NaN) * 1000;
  return wait >= 0 ? wait : retryAfterDefaultMs;
}

/** @throws the error that `answer` comes to, unless it is a good one */
export async function assertOk(answer: Answer, { service, keyName }: Question): Promise<void> {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const text = (await answer.text()).slice(0, 200);
  if (status === 429) {
    const waitMs = waitMsOf(answer.headers);
    throw new RetryAfterError(`${service} takes no more requests for ${Math.ceil(waitMs / 1000)} s (429).`, waitMs);
  }
  if (status === 401 || status === 403)
    throw new NonRetriableError(`${service} refused the key (${status}). Check ${keyName}.`);
  const message = `${service} answered ${status}: ${text}`;
  throw status >= 400 && status < 500 && status !== 408 ? new NonRetriableError(message) : new Error(message);
}

/** @throws NonRetriableError, RetryAfterError, or Error when trying again may help */
export async function ask(url: string, init: RequestInit, question: Question): Promise<Response> {
  const { service, patienceMs } = question;
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) });
  } catch (cause) {
    throw new Error(failureText(service, patienceMs, cause), { cause });
  }
  await assertOk(response, question);
  return response;
}

export function failureText(service: string, patienceMs: number, cause: unknown): string {
  const isTimeout = cause instanceof Error && cause.name === "TimeoutError";
  return isTimeout
    ? `${service} did not answer within ${patienceMs / 1000} s.`
    : `${service} could not be reached: ${cause instanceof Error ? cause.message : String(cause)}`;
}
