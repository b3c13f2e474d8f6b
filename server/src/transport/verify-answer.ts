/**
 * Whether an app's answer to a call was made by who has the signing key. Called by http-sdk-caller, in start mode.
 * Without this, whoever stands between an engine and its app could forge results and events.
 */
import { headerKeys } from "stepwell/protocol";
import { verifySignature } from "stepwell/signing";
import { type CallError, callError } from "./connection-error.ts";
import { type HttpAnswer, headerOf } from "./http-exchange.ts";
import { unwrapStreamed } from "./read-answer.ts";

/** From this release on, every answer of the SDK for TypeScript in cloud mode is signed. */
const signingSince = [3, 53] as const;

/** Whether an app's SDK signs its answers, by what it says of itself when it registers: `js:v4.24.0`. */
export function signsAnswers(sdk: string): boolean {
  const match = /^js:v?(\d+)\.(\d+)/.exec(sdk);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > signingSince[0] || (major === signingSince[0] && minor >= signingSince[1]);
}

const forged: CallError = callError(
  "invalid_signature",
  "The answer's signature was not made with the engine's signing key, or is older than five minutes. Check that the app and the engine have the same key and that their clocks agree, and what stands between them.",
);
const unsigned: CallError = callError(
  "invalid_signature",
  "The answer is not signed, so anyone could have given it. Run the app in cloud mode with the engine's signing key: INNGEST_SIGNING_KEY set, INNGEST_DEV not.",
);

export type Verified = { ok: true; answer: HttpAnswer } | { ok: false; error: CallError };

/**
 * An answer that is not signed may say that a call failed, as what stands before an app does, and no more: neither that it
 * must not be tried again, nor when, nor what was logged. @param sdk of the app; see {@link signsAnswers}
 */
export async function verifyAnswer(
  answer: HttpAnswer,
  { signingKey, sdk, nowMs }: { signingKey: string; sdk: string; nowMs: number },
): Promise<Verified> {
  const said = (answer.status === 201 ? unwrapStreamed(answer) : null) ?? answer;
  const header = headerOf(said.headers, headerKeys.signature);
  if (header !== null) {
    const { ok } = await verifySignature({ header, body: said.body, keys: [signingKey], nowMs });
    return ok ? { ok, answer } : { ok, error: forged };
  }
  if (!signsAnswers(sdk)) return { ok: true, answer };
  if (said.status >= 200 && said.status <= 299 && headerOf(answer.headers, headerKeys.sdk) !== null)
    return { ok: false, error: unsigned };
  const {
    [headerKeys.noRetry]: _noRetry,
    [headerKeys.retryAfter]: _retryAfter,
    [headerKeys.logs]: _logs,
    ...headers
  } = said.headers;
  return { ok: true, answer: { ...said, headers } };
}
