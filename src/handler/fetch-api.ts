/** Requests from the app to the engine's API, with the signing key's hash as the token. Used by register and call. */
import { hashSigningKey } from "../signing/index.ts";
import type { App } from "./app.ts";

/** Sends a request; one that is refused for its key is sent once more with the fallback key. */
export async function fetchApi(
  app: App,
  path: string,
  init: { method: string; headers: Record<string, string>; body?: string },
): Promise<Response> {
  const send = async (key: string | null): Promise<Response> => {
    const headers = {
      ...init.headers,
      ...(key === null ? {} : { authorization: `Bearer ${await hashSigningKey(key)}` }),
    };
    return app.fetch(new URL(path, app.apiBaseUrl).href, { ...init, headers });
  };
  const response = await send(app.signingKey);
  const refused = response.status === 401 || response.status === 403;
  return refused && app.signingKeyFallback !== null ? send(app.signingKeyFallback) : response;
}
