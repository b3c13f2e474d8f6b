/**
 * Requests of the engine's own over HTTP, for `step.fetch` and `step.ai.infer`. Made by main. Reaches whatever the engine's machine
 * reaches, private networks included: who may deploy functions may use it. Must never log a request or put it into a message.
 */
import { limits } from "stepwell/protocol";
import { Agent, fetch, type Response } from "undici";
import type { OutgoingRequest } from "../domain/outgoing-request.ts";
import type { Clock } from "../ports/clock.ts";
import type { HttpClient, RequestOutcome } from "../ports/http-client.ts";
import { parseRetryAfter } from "./retry-advice.ts";

export interface HttpClientOptions {
  clock: Clock;
  /** Milliseconds for a whole request, redirects included. Default: 2 hours. */
  timeoutMs?: number;
  /** Bytes of an answer, unpacked. Default: 4 MiB. */
  maxBytes?: number;
}

class TooBig extends Error {}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  ENOTFOUND: "the host name is unknown",
  EAI_AGAIN: "the host name cannot be looked up now",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to the network",
  ETIMEDOUT: "the connection timed out",
  EPIPE: "the connection was closed",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  UND_ERR_SOCKET: "the server closed the connection",
};

/** What the client says without a code. */
const wordings: Readonly<Record<string, string>> = {
  "redirect count exceeded": "it redirected too often",
  "bad port": "requests to this port are not allowed, as in browsers",
};

/** Why there was no answer. The client's own words may hold headers, and so keys: only codes are told. */
function failureOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = (cause as { code?: unknown }).code;
  if (typeof code === "string") return reasons[code] ?? code;
  const message = cause instanceof Error ? cause.message : "";
  return wordings[message] ?? "the request could not be made";
}

async function readBody(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new TooBig();
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** As the protocol writes names, and without those that were about the packed body. */
function headersOf(response: Response): Record<string, string> {
  const made: Record<string, string> = {};
  const isPacked = response.headers.has("content-encoding");
  for (const [name, value] of response.headers) {
    if (isPacked && (name === "content-encoding" || name === "content-length")) continue;
    const known = made[toTitleCase(name)];
    made[toTitleCase(name)] = known === undefined ? value : `${known}, ${value}`;
  }
  return made;
}

function toTitleCase(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { clock, timeoutMs = limits.callTimeoutMs, maxBytes = limits.stepOutputBytes } = options;
  // The client has a limit of its own for everything together.
  const agent = new Agent({ connect: { timeout: 15_000 }, headersTimeout: 0, bodyTimeout: 0 });

  const exchange = async (request: OutgoingRequest, signal: AbortSignal): Promise<RequestOutcome> => {
    const { url, method, headers, body } = request;
    const response = await fetch(url, { method, headers, body, signal, redirect: "follow", dispatcher: agent });
    return {
      kind: "answered",
      url: response.url,
      status: response.status,
      headers: headersOf(response),
      body: await readBody(response, maxBytes),
      retryAt: parseRetryAfter(response.headers.get("retry-after"), clock.now()),
    };
  };

  return {
    async send(request, signal) {
      signal.throwIfAborted();
      const controller = new AbortController();
      const stop = (): void => controller.abort();
      signal.addEventListener("abort", stop, { once: true });
      let late = false;
      const timer = clock.setTimer(clock.now() + timeoutMs, () => {
        late = true;
        controller.abort();
      });
      try {
        return await exchange(request, controller.signal);
      } catch (error) {
        signal.throwIfAborted();
        const place = URL.canParse(request.url) ? new URL(request.url).host : "the server";
        if (late) return { kind: "failed", message: `${place} did not finish its answer within ${timeoutMs / 1000} s` };
        if (error instanceof TooBig)
          return { kind: "failed", message: `The answer of ${place} is over the limit of ${maxBytes} bytes` };
        return { kind: "failed", message: `No answer from ${place}: ${failureOf(error)}` };
      } finally {
        timer.cancel();
        signal.removeEventListener("abort", stop);
      }
    },
    close: () => agent.destroy(),
  };
}
