/**
 * `/v2/session`: how the page gets in. Dev asks nobody.
 * Must never return the key, nor say more of a wrong one than that it is wrong.
 */
import { EngineError } from "../../domain/error.ts";
import { hasSession } from "../access/identify.ts";
import { type Api, type ApiContext, requestHeader } from "../api-parts.ts";
import { bodyLimits } from "../body.ts";
import { readObject, type V2Parts } from "./v2-parts.ts";

/** Behind a proxy that speaks https, the browser sends the cookie over https alone. */
function isSecure(c: ApiContext): boolean {
  return requestHeader(c, "x-forwarded-proto")?.split(",")[0]?.trim() === "https";
}

function withCookie(response: Response, cookie: string): Response {
  response.headers.set("set-cookie", cookie);
  return response;
}

export function addSessionRoutes(app: Api, parts: V2Parts): void {
  const { auth, sessions, clock, serverKind, version, answer } = parts;
  const state = (isOpen: boolean) => ({ required: auth.enabled, isOpen, kind: serverKind, version });

  app.get("/session", (c) => answer(state(!auth.enabled || hasSession(c, parts))));
  app.post("/session", async (c) => {
    const { key } = await readObject(c, 'an object like {"key":"<signing key>"}', bodyLimits.small);
    if (sessions === null) return answer(state(true));
    if (typeof key !== "string" || !auth.isSigningKey(key.trim()))
      throw new EngineError(
        "unauthorized",
        "This is not the engine's signing key. It is what `stepwell start` was given.",
      );
    return withCookie(answer(state(true)), sessions.begin(clock.now(), isSecure(c)));
  });
  app.delete("/session", (c) => {
    const response = answer(state(!auth.enabled));
    return sessions === null ? response : withCookie(response, sessions.end(isSecure(c)));
  });
}
