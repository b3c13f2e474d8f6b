/** `/v2/alerts`: what goes on, what was, and what can be watched. */
import type { Api } from "../../api-parts.ts";
import { readCursor, readLimit } from "../../query.ts";
import type { V2Parts } from "../v2-parts.ts";
import { presentAlert, presentConditions } from "./present-alerts.ts";

/** More than go on at once. */
const activeMax = 1000;

export function addAlertRoutes(app: Api, parts: V2Parts): void {
  const { engine, answer, answerPage } = parts;

  app.get("/alerts", async () => {
    const alerts = await engine.alerts.list({ open: true, limit: activeMax });
    return answerPage(alerts.map(presentAlert), { cursor: null, limit: activeMax });
  });
  app.get("/alerts/conditions", () => answer(presentConditions()));
  app.get("/alerts/history", async (c) => {
    const [cursor, limit, rule] = [readCursor(c), readLimit(c), c.req.query("rule") ?? ""];
    const found = await engine.alerts.list({
      ...(rule === "" ? {} : { ruleId: rule }),
      ...(cursor === null ? {} : { cursor }),
      limit: limit + 1,
    });
    const alerts = found.slice(0, limit);
    const next = found.length > limit ? (alerts.at(-1)?.id ?? null) : null;
    return answerPage(alerts.map(presentAlert), { cursor: next, limit });
  });
}
