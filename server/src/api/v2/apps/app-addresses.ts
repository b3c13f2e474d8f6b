/** `GET /v2/app-addresses`: where the engine asks apps what they serve, and whether each could be reached the last time. */
import { shownUrl } from "../../../domain/shown-url.ts";
import type { AppAddressAnswer } from "../../answers.ts";
import type { Api } from "../../api-parts.ts";
import type { V2Parts } from "../v2-parts.ts";

export function addAppAddressRoutes(app: Api, { engine, answerPage }: V2Parts): void {
  app.get("/app-addresses", () => {
    const apps = engine.apps();
    const data = engine.appUrls().map(({ url, lastOutcome }): AppAddressAnswer => {
      const failure = lastOutcome?.kind === "failed" ? lastOutcome : null;
      return {
        url: shownUrl(url),
        app: apps.find((record) => record.url === url)?.name ?? null,
        state: lastOutcome === null ? "unknown" : failure === null ? "reached" : "failed",
        code: failure?.code ?? null,
        message: failure?.message ?? null,
      };
    });
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
}
