/**
 * `GET /v2/overview`: whether everything is all right, in one answer: what waits, which apps cannot be reached,
 * how much is kept; how functions went says `/v2/metrics`. What takes time to count is counted at most every ten seconds.
 */

import { shownUrl } from "../../../domain/shown-url.ts";
import type { OverviewAnswer } from "../../answers.ts";
import type { Api } from "../../api-parts.ts";
import { keptFor } from "../../kept.ts";
import { iso } from "../../moment.ts";
import type { V2Parts } from "../v2-parts.ts";
import { presentStorage } from "./present-storage.ts";

const keptMs = 10_000;

export function addOverviewRoutes(app: Api, parts: V2Parts): void {
  const { engine, store, clock, answer } = parts;
  const counts = keptFor(keptMs, clock, () => store.storage());
  app.get("/overview", async () => {
    const [use, oldest] = await Promise.all([
      counts(),
      store.listRuns({ statuses: ["Queued"], order: "oldest", limit: 1 }),
    ]);
    const failed = engine.appUrls().flatMap(({ url, lastOutcome }) => {
      if (lastOutcome?.kind !== "failed") return [];
      return [{ url: shownUrl(url), code: lastOutcome.code, message: lastOutcome.message }];
    });
    const overview: OverviewAnswer = {
      now: iso(clock.now()),
      oldestQueuedAt: oldest[0] === undefined ? null : iso(oldest[0].queuedAt),
      calls: engine.running().length,
      unreachable: failed,
      apps: engine.apps().length,
      storage: presentStorage(use),
    };
    return answer(overview);
  });
}
