/** Requests to the engine's API, with a signing key's hash as the token. Used by the client and the handler. */
import { hashSigningKey } from "../signing/index.ts";

/** The part of a Response that is used. */
export type ApiResponse = Pick<Response, "status" | "ok" | "text" | "json">;

/** The part of fetch that is used, so that something lighter can stand in for it. */
export type ApiFetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
) => Promise<ApiResponse>;

export interface KeyedRequest {
  fetch: ApiFetch;
  url: string;
  init: Parameters<ApiFetch>[1];
  /** Null: sent without a token. */
  signingKey: string | null;
  /** Tried when the engine refuses the key, and read only then. Null: there is none. */
  readonly signingKeyFallback: string | null;
}

/** Sends a request; one that is refused for its key is sent once more with the fallback key. */
export async function fetchWithKeys(request: KeyedRequest): Promise<ApiResponse> {
  const { fetch, url, init, signingKey } = request;
  const send = async (key: string | null): Promise<ApiResponse> => {
    const token = key === null ? {} : { authorization: `Bearer ${await hashSigningKey(key)}` };
    return fetch(url, { ...init, headers: { ...init.headers, ...token } });
  };
  const response = await send(signingKey);
  const fallback = response.status === 401 || response.status === 403 ? request.signingKeyFallback : null;
  return fallback === null ? response : send(fallback);
}
