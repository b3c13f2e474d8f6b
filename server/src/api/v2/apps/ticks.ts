/** `GET /v2/ticks`: the crons that functions have in their code, and when each ticks next. */

import { nextTick } from "../../../core/crons/cron-expression.ts";
import type { Api } from "../../api-parts.ts";
import { iso } from "../../moment.ts";
import type { V2Parts } from "../v2-parts.ts";

const shown = 5;

function nextTicks(cron: string, now: number): string[] {
  const ticks: string[] = [];
  let at = now;
  for (let count = 0; count < shown; count++) {
    at = nextTick(cron, at);
    ticks.push(iso(at));
  }
  return ticks;
}

export function addTickRoutes(app: Api, { engine, clock, answerPage }: V2Parts): void {
  app.get("/ticks", () => {
    const now = clock.now();
    const data = engine.functions().flatMap((fn) =>
      fn.triggers.flatMap((trigger) => {
        if (!("cron" in trigger)) return [];
        const timeZone = /^(?:CRON_)?TZ=(\S+)/.exec(trigger.cron)?.[1] ?? "UTC";
        return [{ function: fn.slug, cron: trigger.cron, timeZone, nextAt: nextTicks(trigger.cron, now) }];
      }),
    );
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
}
