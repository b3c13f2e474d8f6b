/** Requests from the app to the engine's API. Used by register and call. */
import { type ApiFetch, type ApiResponse, fetchWithKeys } from "../client/index.ts";
import type { App } from "./app.ts";

/** Sends a request with the signing key's hash as its token, and once more with the fallback key if that is refused. */
export function fetchApi(
  { fetch, apiBaseUrl, signingKey, signingKeyFallback }: App,
  path: string,
  init: Parameters<ApiFetch>[1],
): Promise<ApiResponse> {
  return fetchWithKeys({ fetch, url: new URL(path, apiBaseUrl).href, init, signingKey, signingKeyFallback });
}
