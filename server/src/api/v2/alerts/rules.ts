/** `/v2/alerts/rules`: what is watched. */
import type { AlertRule } from "../../../domain/alerts/rule.ts";
import { identityOf } from "../../access/identify.ts";
import type { AlertRuleAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { readId } from "../../query.ts";
import { createLookup } from "../lookup.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";
import { presentRule } from "./present-alerts.ts";

/** More alerts than go on at once. */
const activeMax = 1000;

async function presentAll({ engine }: V2Parts, rules: readonly AlertRule[]): Promise<AlertRuleAnswer[]> {
  const [channels, open] = await Promise.all([
    engine.alerts.channels(),
    engine.alerts.list({ open: true, limit: activeMax }),
  ]);
  const active = new Set(open.map(({ ruleId }) => ruleId));
  const lookup = createLookup({ engine });
  return rules.map((rule) => presentRule(rule, { channels, active, lookup }));
}

export function addAlertRuleRoutes(app: Api, parts: V2Parts): void {
  const { engine, answer, answerPage } = parts;
  const what = 'an object like {"condition":"dead-letters","threshold":10,"channels":["ops"]}';
  const id = (c: ApiContext): string => readId(c, "id", "rule");
  const one = async (rule: AlertRule, status: 200 | 201 = 200): Promise<Response> =>
    answer((await presentAll(parts, [rule]))[0], status);

  app.get("/alerts/rules", async () => {
    const data = await presentAll(parts, await engine.alerts.rules());
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
  app.post("/alerts/rules", async (c) => {
    const body = await readObject(c, what);
    return one(await engine.alerts.createRule(body, identityOf(c).name), 201);
  });
  app.get("/alerts/rules/:id", async (c) => one(await engine.alerts.rule(id(c))));
  app.post("/alerts/rules/:id", async (c) => one(await engine.alerts.changeRule(id(c), await readObject(c, what))));
  app.delete("/alerts/rules/:id", async (c) => {
    await engine.alerts.removeRule(id(c));
    return answer({ id: id(c) });
  });
  app.post("/alerts/rules/:id/enable", async (c) => one(await engine.alerts.changeRule(id(c), { enabled: true })));
  app.post("/alerts/rules/:id/disable", async (c) => one(await engine.alerts.changeRule(id(c), { enabled: false })));
}
