/** Decides whether a request comes from the engine. Called first for every method. */

import { headerKeys } from "../protocol/headers.ts";
import { verifySignature } from "../signing/index.ts";
import type { App } from "./app.ts";
import type { HandlerRequest } from "./handler-request.ts";

/** `key` signs the answer; it is null in development, where nothing is signed. */
export type Verification = { ok: true; key: string | null } | { ok: false; reason: string };

/** In development everyone may call; in cloud mode only who knows the signing key or its fallback. */
export async function verify(app: App, request: HandlerRequest, body: string): Promise<Verification> {
  if (app.mode === "dev") return { ok: true, key: null };
  const keys = [app.signingKey, app.signingKeyFallback].filter((key) => key !== null);
  const header = request.headers.get(headerKeys.signature);
  const result = await verifySignature({ header, body, keys, nowMs: Date.now() });
  return result;
}
