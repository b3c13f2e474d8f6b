/**
 * `GET /v2/openapi.json`, the document of the API, and `GET /docs`, the same for people: a page without scripts that asks
 * nothing of any other server. Both are made when they are first asked for. Used by create-api.
 */
import type { Api, ApiParts } from "../api-parts.ts";
import { referenceStyle } from "./reference-style.ts";
import { renderReference } from "./render-reference.ts";
import { toDocument } from "./to-document.ts";

const shared = {
  "cache-control": "no-cache",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

const pageHeaders = {
  ...shared,
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
} as const;

export function addReferenceRoutes(app: Api, { version, respond }: ApiParts): void {
  let text: string | null = null;
  let page: string | null = null;
  for (const base of ["/v2", "/api/v2"])
    app.get(`${base}/openapi.json`, () => {
      text ??= JSON.stringify(toDocument(version));
      return respond.raw(200, text);
    });
  app.get("/docs", () => {
    page ??= renderReference(toDocument(version));
    return new Response(page, { headers: { ...pageHeaders } });
  });
  app.get("/docs.css", () => new Response(referenceStyle, { headers: { ...shared, "content-type": "text/css" } }));
}
