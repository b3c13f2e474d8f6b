/**
 * Calls apps that live in this process: no HTTP, no signatures, the same messages. Apps elsewhere are left to another caller.
 * Made by main for embedded engines.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { discoveryStepId, headerKeys, limits, queryKeys } from "stepwell/protocol";
import { canonicalJson } from "stepwell/signing";
import type { Answer } from "../domain/answer.ts";
import type { Clock } from "../ports/clock.ts";
import type { SdkCall, SdkCaller, SyncOutcome } from "../ports/sdk-caller.ts";
import { callError } from "./connection-error.ts";
import type { HttpAnswer } from "./http-exchange.ts";
import { failedCall, readAnswer } from "./read-answer.ts";
import { failedSync, readSyncAnswer } from "./sync-app.ts";
import { answerBytes } from "./take-logs.ts";

/** Stands for this process in addresses. Reserved never to exist, so that nothing can be sent there by mistake. */
export const inProcessOrigin = "http://in-process.invalid";

/** The handler of an app, as `stepwell/in-process` makes it. */
export type InProcessHandler = (request: {
  method: string;
  url: string;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}) => Promise<HttpAnswer>;

export interface InProcessCallerOptions {
  /** By app id. May be filled later. */
  handlers: ReadonlyMap<string, InProcessHandler>;
  clock: Clock;
  /** For apps with other addresses. */
  remote: SdkCaller;
  /** Milliseconds for a whole call. Default: 2 hours. */
  callTimeoutMs?: number;
  /** Bytes of an answer. Default: 8 MiB. */
  responseBytes?: number;
}

/** The address of an app in this process. */
export function inProcessUrl(appId: string): string {
  return `${inProcessOrigin}/${encodeURIComponent(appId)}`;
}

function appIdOf(url: string): string | null {
  if (!url.startsWith(`${inProcessOrigin}/`)) return null;
  const end = url.indexOf("?");
  return decodeURIComponent(url.slice(inProcessOrigin.length + 1, end === -1 ? undefined : end));
}

const notHere = (appId: string): string =>
  `App "${appId}" was served in the engine's own process, and is not any more. Pass it to createServer({ apps }), or sync it at its new address.`;

function headersOf(headers: Record<string, string>): { get(name: string): string | null } {
  return { get: (name) => headers[name] ?? null };
}

function callHeaders(call: SdkCall): Record<string, string> {
  return {
    "content-type": "application/json",
    [headerKeys.runId]: call.runId,
    [headerKeys.requestId]: call.requestId,
    [headerKeys.jobId]: call.jobId,
    [headerKeys.generationId]: String(call.generationId),
    [headerKeys.requestVersion]: String(call.requestVersion),
    [headerKeys.stepId]: call.stepId,
    [headerKeys.takes]: "ms, logs",
  };
}

/** User code cannot be stopped from outside: what it comes to after that is dropped. */
function bounded(work: Promise<Answer>, signal: AbortSignal, clock: Clock, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(clock.now() + timeoutMs, () => {
      const message = `The call took longer than ${timeoutMs} ms and was given up.`;
      resolve(failedCall(callError("timeout", message)));
    });
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const release = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", abort);
    };
    work.then(resolve, reject).finally(release);
  });
}

const tooLarge = (sizeBytes: number, most: number): string =>
  `Your app's answer has ${sizeBytes} bytes, the most is ${most}. Store the data elsewhere and return a reference to it.`;

export function createInProcessSdkCaller(options: InProcessCallerOptions): SdkCaller {
  const { handlers, clock, remote } = options;
  const callTimeoutMs = options.callTimeoutMs ?? limits.callTimeoutMs;
  const responseBytes = options.responseBytes ?? limits.responseBytes;

  // Work is often begun by a send of user code: the run that it starts is not to see whose context that was.
  const outside = AsyncLocalStorage.snapshot();

  const callHandler = async (handler: InProcessHandler, call: SdkCall): Promise<Answer> => {
    const given = await outside(() =>
      handler({
        method: "POST",
        url: withStepId(call.url, call.stepId),
        headers: headersOf(callHeaders(call)),
        text: () => Promise.resolve(call.body),
      }),
    );
    const answer = lowerCased(given);
    const sizeBytes = answerBytes(answer);
    if (sizeBytes > responseBytes) return failedCall(callError("output_too_large", tooLarge(sizeBytes, responseBytes)));
    return readAnswer(answer, clock.now());
  };

  return {
    async call(call: SdkCall, signal: AbortSignal): Promise<Answer> {
      const appId = appIdOf(call.url);
      if (appId === null) return remote.call(call, signal);
      const handler = handlers.get(appId);
      if (handler === undefined) return failedCall(callError("unreachable", notHere(appId)));
      return bounded(callHandler(handler, call), signal, clock, callTimeoutMs);
    },

    async sync(url: string, deployId: string): Promise<SyncOutcome> {
      const appId = appIdOf(url);
      if (appId === null) return remote.sync(url, deployId);
      const handler = handlers.get(appId);
      if (handler === undefined) return failedSync("unreachable", notHere(appId));
      const answer = await handler({
        method: "PUT",
        url,
        headers: headersOf({ "content-type": "application/json", [headerKeys.syncKind]: "in_band" }),
        text: () => Promise.resolve(canonicalJson({ url })),
      });
      return readSyncAnswer(lowerCased(answer), url);
    },

    async probe(url: string, timeoutMs: number): Promise<boolean> {
      const appId = appIdOf(url);
      return appId === null ? remote.probe(url, timeoutMs) : handlers.has(appId);
    },

    isElsewhere(url) {
      const appId = appIdOf(url);
      return appId !== null && !handlers.has(appId);
    },
    close: () => remote.close(),
  };
}

/** The function's address ends in the step of a discovery, or names none. */
function withStepId(url: string, stepId: string): string {
  const discovery = `${queryKeys.stepId}=${discoveryStepId}`;
  if (stepId === discoveryStepId && url.endsWith(discovery)) return url;
  const address = new URL(url);
  address.searchParams.set(queryKeys.stepId, stepId);
  return address.href;
}

function lowerCased(answer: HttpAnswer): HttpAnswer {
  const headers: HttpAnswer["headers"] = {};
  for (const [name, value] of Object.entries(answer.headers)) headers[name.toLowerCase()] = value;
  return { ...answer, headers };
}
