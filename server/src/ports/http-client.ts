/**
 * Requests that the engine itself makes for a step: `step.fetch` and `step.ai.infer`. One implementation speaks HTTP
 * (transport/http-client). Requests may hold keys: nothing of them may be logged.
 */
import type { OutgoingRequest } from "../domain/outgoing-request.ts";

export type RequestOutcome =
  /** An answer with any status. */
  | {
      kind: "answered";
      /** Where it came from, after redirects. */
      url: string;
      status: number;
      /** Names as `Content-Type`. Several values of a name are joined with a comma. */
      headers: Record<string, string>;
      body: string;
      /** What `Retry-After` asked for, milliseconds since 1970; null for nothing. */
      retryAt: number | null;
    }
  /** No answer, or one that cannot be kept. */
  | { kind: "failed"; message: string };

export interface HttpClient {
  /** Never rejects for what the network or the server does: that is an outcome. Rejects only when `signal` aborts. */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<RequestOutcome>;
  close(): Promise<void>;
}
