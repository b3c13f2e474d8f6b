/** Requests from the app to the engine's API. Used by register and call. */
import { type ApiFetch, type ApiResponse, fetchWithKeys } from "../client/index.ts";
import type { App } from "./app.ts";

/** Sends a request with the signing key's hash as its token, and once more with the fallback key if that is refused. */
export function fetchApi(app: App, path: string, init: Parameters<ApiFetch>[1]): Promise<ApiResponse> {
  return fetchWithKeys(app, apiUrl(app, path), init);
}

/** The address of something in the engine's API. @param path from the API's base, without a slash in front. */
export function apiUrl({ apiBaseUrl }: App, path: string): string {
  return new URL(path, apiBaseUrl).href;
}
