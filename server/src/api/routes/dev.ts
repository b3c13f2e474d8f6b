/** `GET /dev`: how SDKs find a dev server, and what it serves. See docs/api.md#the-engine. */
import { shownUrl } from "../../domain/shown-url.ts";
import type { Api, ApiParts } from "../api-parts.ts";
import { presentFunctionConfig } from "../present.ts";

export function addDevRoutes(app: Api, { engine, respond, serverKind, version }: ApiParts): void {
  if (serverKind !== "dev") return;
  app.get("/dev", () => {
    const urls = engine.appUrls().map(({ url }) => shownUrl(url));
    return respond.json(200, {
      version: `stepwell-${version}`,
      authed: false,
      startOpts: { urls, require_keys: false },
      functions: engine.functions().map(presentFunctionConfig),
      handlers: engine.apps().map(({ name, url, sdk, framework }) => ({
        name,
        url: shownUrl(url),
        sdk,
        framework,
      })),
      isSingleNodeService: true,
      isMissingSigningKey: false,
      isMissingEventKeys: false,
      features: {},
    });
  });
}
