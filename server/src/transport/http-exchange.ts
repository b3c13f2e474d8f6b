/**
 * One request to an app and its whole answer: redirects, size limit, decompression, time limit.
 * Called by http-sdk-caller. Must never send a request again whose connection broke:
 * the app may have carried it out, and only the engine's attempts may decide to call once more.
 */
import { setMaxListeners } from "node:events";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { headerKeys, limits } from "stepwell/protocol";
import { type Agent, type Dispatcher, errors } from "undici";
import type { Clock } from "../ports/clock.ts";
import { type CallError, callError, fromConnectionError } from "./connection-error.ts";
import { isRedirect, redirectTarget } from "./redirects.ts";

type Headers = Record<string, string | string[] | undefined>;

/** A complete answer. */
export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Headers;
  body: string;
}

export interface HttpRequest {
  method: "GET" | "POST" | "PUT";
  url: URL;
  headers: Record<string, string>;
  body: string | null;
  /** Milliseconds for everything together. */
  timeoutMs: number;
  /** Bytes of the answer, unpacked. Default: the protocol's limit. */
  maxBytes?: number;
  /** Bytes beyond that for what comes along with an answer; whoever asks for it checks the answer itself. Default: 0. */
  slackBytes?: number;
  /** Ends the exchange; null for none. */
  signal: AbortSignal | null;
}

export type HttpOutcome = { ok: true; answer: HttpAnswer } | { ok: false; error: CallError };

/** One value of a header; null when it is missing. Of several the first. */
export function headerOf(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

const unpackers: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
};

async function readBody(response: Dispatcher.ResponseData, maxBytes: number): Promise<string> {
  const encoding = headerOf(response.headers, "content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "") return response.body.text();
  const unpack = unpackers[encoding];
  const packed = Buffer.from(await response.body.arrayBuffer());
  if (unpack === undefined)
    throw new UnreadableBody(`it is packed with "${encoding}"; gzip, br and deflate can be read`);
  try {
    return (await unpack(packed, { maxOutputLength: maxBytes })).toString("utf8");
  } catch (cause) {
    if ((cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw cause;
    throw new UnreadableBody(`its ${encoding} content is damaged`, { cause });
  }
}

const MIB = 1024 * 1024;
const maxBytesOf = (request: HttpRequest): number => request.maxBytes ?? limits.responseBytes;

class UnreadableBody extends Error {}

export const tooLarge = (maxBytes: number): CallError =>
  callError(
    "output_too_large",
    `Your server's answer is over the limit of ${maxBytes} bytes (${Math.round((maxBytes / MIB) * 10) / 10} MiB). Return less, or keep big data elsewhere and return a reference to it.`,
  );

function fromThrown(error: unknown, url: URL, maxBytes: number): CallError {
  if (error instanceof errors.ResponseExceededMaxSizeError) return tooLarge(maxBytes);
  if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") return tooLarge(maxBytes);
  if (error instanceof UnreadableBody)
    return callError("invalid_answer", `Your server's answer cannot be read: ${error.message}.`);
  return fromConnectionError(error, url.href);
}

/** What shows who asks is for the origin that was asked, not for one that it names. */
const proofs: ReadonlySet<string> = new Set([headerKeys.signature, "authorization", "cookie"]);

function withoutProofs(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !proofs.has(name.toLowerCase())));
}

async function follow(agent: Agent, request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome> {
  let { url } = request;
  for (let hops = 0; ; hops++) {
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: url.origin === request.url.origin ? request.headers : withoutProofs(request.headers),
      body: request.body,
      signal,
    });
    const { statusCode: status, headers } = response;
    const location = headerOf(headers, "location");
    if (!isRedirect(status) || location === null)
      return {
        ok: true,
        answer: { status, headers, body: await readBody(response, maxBytesOf(request) + (request.slackBytes ?? 0)) },
      };
    await response.body.dump();
    if (hops === limits.redirects) {
      return {
        ok: false,
        error: callError("too_many_redirects", `Your server redirected more than ${limits.redirects} times.`),
      };
    }
    const next = redirectTarget(location, url, request.url);
    if (next === null) {
      return {
        ok: false,
        error: callError("invalid_answer", "Your server redirected to something that is not an http or https URL."),
      };
    }
    url = next;
  }
}

/** Sends and reads. @throws the signal's reason when `request.signal` aborts; nothing else. */
export async function exchange(agent: Agent, clock: Clock, request: HttpRequest): Promise<HttpOutcome> {
  const { signal } = request;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  if (signal !== null) {
    // One signal may stop any number of calls that run at the same time.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", stop, { once: true });
  }
  let late = false;
  const timer = clock.setTimer(clock.now() + request.timeoutMs, () => {
    late = true;
    controller.abort();
  });
  try {
    return await follow(agent, request, controller.signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!late) return { ok: false, error: fromThrown(error, request.url, maxBytesOf(request)) };
    const seconds = request.timeoutMs / 1000;
    return { ok: false, error: callError("timeout", `Your server did not finish its answer within ${seconds} s.`) };
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", stop);
  }
}
