/**
 * Calls apps over HTTP: signs, sends, reads. The engine's hot path. Made by main.
 * Must never log or show a key, and never send a call twice (see http-exchange).
 */
import { randomBytes } from "node:crypto";
import { headerKeys, limits, queryKeys, type ServerKind } from "stepwell/protocol";
import { canonicalJson, signBody, verifySignature } from "stepwell/signing";
import { Agent } from "undici";
import type { Answer } from "../domain/answer.ts";
import { shownUrl } from "../domain/shown-url.ts";
import type { Clock } from "../ports/clock.ts";
import type { SdkCall, SdkCaller, SyncOutcome } from "../ports/sdk-caller.ts";
import { callError } from "./connection-error.ts";
import { exchange, type HttpAnswer, headerOf, tooLarge } from "./http-exchange.ts";
import { failedCall, readAnswer } from "./read-answer.ts";
import { failedSync, isAnswerOfSdk, readSyncAnswer, unsignedSync } from "./sync-app.ts";
import { answerBytes, logSlackBytes } from "./take-logs.ts";
import { takeCredentials } from "./url-credentials.ts";
import { verifyAnswer } from "./verify-answer.ts";

const connectTimeoutMs = 15_000;
/** Idle connections are dropped after this, unless the app names a time of its own; then a second before that. */
const keepAliveMs = 4_000;
const keepAliveMarginMs = 1_000;
const accountId = "00000000-0000-4000-a000-000000000000";
const userAgent = "stepwell";

export interface HttpSdkCallerOptions {
  /** With or without its prefix. Null: nothing is signed. */
  signingKey: string | null;
  serverKind: ServerKind;
  clock: Clock;
  /** Milliseconds for a whole call, redirects included. Default: 2 hours. */
  callTimeoutMs?: number;
  /** Bytes of an answer to a call. Default: 8 MiB. */
  responseBytes?: number;
  /** Milliseconds for a sync request. Default: 10 s. */
  syncTimeoutMs?: number;
}

function parseUrl(text: string): URL | null {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}

const badUrl = (url: string): string =>
  `Unable to reach SDK URL: ${JSON.stringify(shownUrl(url))} is not an http or https URL.`;

const traceHexLength = 48;
/** Random digits for so many traces are drawn from the system at once. */
const tracesDrawn = 256;
let traceDigits = "";

/** A fresh W3C trace, for a call that is of none. */
function traceparent(): string {
  if (traceDigits === "") traceDigits = randomBytes((traceHexLength / 2) * tracesDrawn).toString("hex");
  const hex = traceDigits.slice(0, traceHexLength);
  traceDigits = traceDigits.slice(traceHexLength);
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}

function callHeaders(call: SdkCall): Record<string, string> {
  return {
    "content-type": "application/json",
    "accept-encoding": "gzip, br",
    "user-agent": userAgent,
    "account-id": accountId,
    [headerKeys.runId]: call.runId,
    [headerKeys.requestId]: call.requestId,
    [headerKeys.jobId]: call.jobId,
    [headerKeys.generationId]: String(call.generationId),
    [headerKeys.requestVersion]: String(call.requestVersion),
    [headerKeys.stepId]: call.stepId,
    [headerKeys.takes]: "ms, logs",
    [headerKeys.traceparent]: call.traceparent ?? traceparent(),
    [headerKeys.tracestate]: `inngest@fn=${call.functionId},inngest@app=${call.appId}`,
  };
}

/** `canonicalBody` gives canonical JSON of what is sent. */
type Sign = (headers: Record<string, string>, canonicalBody: () => string) => Promise<Record<string, string>>;

/** `isApp`: whether an app of the protocol answered. */
type RequestSync = (
  appUrl: string,
  deployId: string,
  kind: Record<string, string>,
) => Promise<{ outcome: SyncOutcome; isApp: boolean }>;

/** The way to ask an app to sync once, in one of the two manners. */
function createSyncRequest(options: HttpSdkCallerOptions, agent: Agent, sign: Sign): RequestSync {
  const { signingKey, serverKind, clock, syncTimeoutMs: timeoutMs = limits.syncTimeoutMs } = options;
  const maxBytes = options.responseBytes ?? limits.responseBytes;
  const failed = (code: string, message: string) => ({ outcome: failedSync(code, message), isApp: false });
  const isSigned = async ({ headers, body }: HttpAnswer): Promise<boolean> => {
    if (signingKey === null) return true;
    const header = headerOf(headers, headerKeys.signature);
    return (await verifySignature({ header, body, keys: [signingKey], nowMs: clock.now() })).ok;
  };
  return async (appUrl, deployId, kind) => {
    const url = parseUrl(appUrl);
    if (url === null) return failed("invalid_url", badUrl(appUrl));
    // The app is told its address, and need not know who the engine is there.
    const credentials = takeCredentials(url);
    const address = "authorization" in credentials ? url.href : appUrl;
    url.searchParams.set(queryKeys.deployId, deployId);
    const body = canonicalJson({ url: address });
    const own = { "content-type": "application/json", "user-agent": userAgent, [headerKeys.serverKind]: serverKind };
    const headers = await sign({ ...own, ...kind, ...credentials }, () => body);
    const request = { method: "PUT", url, headers, body, timeoutMs, maxBytes, signal: null } as const;
    const exchanged = await exchange(agent, clock, request);
    if (!exchanged.ok) return failed(exchanged.error.code, exchanged.error.message);
    const { answer } = exchanged;
    const read = readSyncAnswer(answer, address);
    const outcome = read.kind === "in-band" && !(await isSigned(answer)) ? unsignedSync : read;
    return { outcome, isApp: isAnswerOfSdk(answer) };
  };
}

export function createHttpSdkCaller(options: HttpSdkCallerOptions): SdkCaller {
  const { signingKey, clock } = options;
  const { callTimeoutMs = limits.callTimeoutMs, responseBytes: maxBytes = limits.responseBytes } = options;
  const agent = new Agent({
    connect: { timeout: connectTimeoutMs },
    keepAliveTimeout: keepAliveMs,
    keepAliveTimeoutThreshold: keepAliveMarginMs,
    maxResponseSize: maxBytes + logSlackBytes,
    // The exchange has a limit of its own for everything together.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const sign: Sign = async (headers, canonicalBody) => {
    if (signingKey !== null) headers[headerKeys.signature] = await signBody(signingKey, canonicalBody(), clock.now());
    return headers;
  };

  const requestSync = createSyncRequest(options, agent, sign);

  return {
    async call(call: SdkCall, signal: AbortSignal): Promise<Answer> {
      const url = parseUrl(call.url);
      if (url === null) return failedCall(callError("invalid_url", badUrl(call.url)));
      url.searchParams.set(queryKeys.stepId, call.stepId);
      const credentials = takeCredentials(url);
      const headers = await sign({ ...callHeaders(call), ...credentials }, call.canonicalBody);
      const { body } = call;
      const limited = { timeoutMs: callTimeoutMs, maxBytes, slackBytes: logSlackBytes };
      const outcome = await exchange(agent, clock, { method: "POST", url, headers, body, signal, ...limited });
      if (!outcome.ok) return failedCall(outcome.error);
      if (answerBytes(outcome.answer) > maxBytes) return failedCall(tooLarge(maxBytes));
      const nowMs = clock.now();
      if (signingKey === null) return readAnswer(outcome.answer, nowMs);
      const verified = await verifyAnswer(outcome.answer, { signingKey, sdk: call.sdk ?? "", nowMs });
      return verified.ok ? readAnswer(verified.answer, nowMs) : failedCall(verified.error);
    },

    /**
     * In band first: the app answers with what it serves, so it need not find the engine, and its address is the one at
     * which it was reached. An app that cannot do that, or must not, registers by itself.
     */
    async sync(appUrl: string, deployId: string): Promise<SyncOutcome> {
      const inBand = await requestSync(appUrl, deployId, { [headerKeys.syncKind]: "in_band" });
      const refused = inBand.outcome.kind === "failed" && inBand.isApp;
      return (refused ? await requestSync(appUrl, deployId, {}) : inBand).outcome;
    },

    async probe(appUrl: string, timeoutMs: number): Promise<boolean> {
      const url = parseUrl(appUrl);
      if (url === null) return false;
      const headers = { "user-agent": userAgent, ...takeCredentials(url) };
      const request = { method: "GET", url, headers, body: null, timeoutMs, signal: null } as const;
      const outcome = await exchange(agent, clock, request);
      return outcome.ok && headerOf(outcome.answer.headers, headerKeys.sdk) !== null;
    },

    close: () => agent.destroy(),
  };
}
