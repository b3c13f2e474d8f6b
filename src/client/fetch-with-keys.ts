/** Requests to the engine's API, with a signing key's hash as the token. Used by the client and the handler. */
import { hashSigningKey } from "../signing/index.ts";

/** The part of a Response that is used. */
export type ApiResponse = Pick<Response, "status" | "ok" | "text" | "json">;

/** The part of fetch that is used, so that something lighter can stand in for it. */
export type ApiFetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
) => Promise<ApiResponse>;

/** Who asks: how the engine is reached, and with which keys. */
export interface KeyHolder {
  readonly fetch: ApiFetch;
  /** Null: sent without a token. */
  readonly signingKey: string | null;
  /** Tried when the engine refuses the key, and read only then. Null: there is none. */
  readonly signingKeyFallback: string | null;
}

/** Sends a request; one that is refused for its key is sent once more with the fallback key. */
export async function fetchWithKeys(
  holder: KeyHolder,
  url: string,
  init: Parameters<ApiFetch>[1],
): Promise<ApiResponse> {
  // Taken out of its holder: a runtime's own refuses to be called as somebody's method.
  const { fetch } = holder;
  const send = async (key: string | null): Promise<ApiResponse> => {
    const token = key === null ? {} : { authorization: `Bearer ${await hashSigningKey(key)}` };
    return fetch(url, { ...init, headers: { ...init.headers, ...token } });
  };
  const response = await send(holder.signingKey);
  const fallback = response.status === 401 || response.status === 403 ? holder.signingKeyFallback : null;
  return fallback === null ? response : send(fallback);
}
