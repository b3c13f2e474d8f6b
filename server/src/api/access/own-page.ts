/**
 * Whether a request that changes something comes from the engine's own page, as far as browsers tell. A cookie comes along with
 * requests that other pages make, so a cookie alone is not enough. Used where cookies count.
 */
import { EngineError } from "../../domain/error.ts";
import { type ApiContext, requestHeader } from "../api-parts.ts";

/** Sent by the page with every request; forms cannot send it, and pages of other origins may not. */
const pageHeader = "x-stepwell-page";

export function hasPageHeader(c: ApiContext): boolean {
  return requestHeader(c, pageHeader) !== null;
}

/** Behind a proxy, the name by which the browser asked. */
function ownHost(c: ApiContext): string | null {
  return requestHeader(c, "x-forwarded-host")?.split(",")[0]?.trim() ?? requestHeader(c, "host");
}

/** Where the browser sees the engine: scheme, name and port, as a proxy in front says them. */
export function ownOrigin(c: ApiContext): string {
  const { protocol, host } = new URL(c.req.url);
  const said = requestHeader(c, "x-forwarded-proto")?.split(",")[0]?.trim();
  return `${said === "https" || said === "http" ? said : protocol.slice(0, -1)}://${ownHost(c) ?? host}`;
}

/** @throws EngineError `forbidden` when a page of another origin asks */
export function assertOwnPage(c: ApiContext): void {
  const site = requestHeader(c, "sec-fetch-site");
  const origin = requestHeader(c, "origin");
  const isForeignSite = site !== null && site !== "same-origin" && site !== "none";
  const isForeignOrigin =
    site === null && origin !== null && (!URL.canParse(origin) || new URL(origin).host !== ownHost(c)?.toLowerCase());
  if (!isForeignSite && !isForeignOrigin) return;
  throw new EngineError(
    "forbidden",
    `A page of ${origin === null ? "another origin" : `"${origin.slice(0, 200)}"`} may not act for someone who is signed in. Use the engine's own page, or an API key.`,
  );
}
