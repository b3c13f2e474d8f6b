/**
 * One look at all rules: what holds begins an alert unless one goes on, what is over ends it, and what goes on is told again when its
 * rule says so. Called by alert-loop, by the leading engine alone; two that both think that they lead add one alert between them,
 * which the store sees to. Must never send anything: that is deliveries.
 */
import type { AlertEnd, AlertRecord } from "../../domain/alerts/alert.ts";
import type { AlertChannel } from "../../domain/alerts/channel.ts";
import type { AlertRule } from "../../domain/alerts/rule.ts";
import type { Parts } from "../parts/parts.ts";
import { checkCondition, type Finding } from "./check-condition.ts";
import { type FactSources, loadFacts } from "./facts.ts";
import { addNotices, endAlert, lastToldAt } from "./notices.ts";

export type RoundParts = Pick<Parts, "store" | "clock" | "registry" | "newId" | "notifier">;

/** Alerts that go on at once and are looked at. */
const openMax = 1000;

const keyOf = (ruleId: string, subject: string): string => `${ruleId} ${subject}`;

/** @returns whether there is anything to watch: a rule that is on, or an alert that goes on */
export async function runRound(parts: RoundParts, sources: FactSources): Promise<boolean> {
  const { store, clock } = parts;
  const [rules, open] = await Promise.all([
    store.alerts.listRules(),
    store.alerts.listAlerts({ open: true, limit: openMax }),
  ]);
  const enabled = rules.filter((rule) => rule.enabled);
  if (enabled.length === 0 && open.length === 0) return false;
  await parts.registry.refresh();
  const now = clock.now();
  const facts = await loadFacts(sources, enabled, now);
  const round = new Round(parts, now, open);
  for (const rule of enabled) await round.look(rule, checkCondition(rule, nameOf(parts, rule), facts));
  for (const alert of open) await round.endWithoutRule(alert, rules);
  return true;
}

function nameOf({ registry }: RoundParts, { condition }: AlertRule): string | null {
  if (condition.functionId === null) return null;
  return registry.functionById(condition.functionId)?.slug ?? condition.functionId;
}

class Round {
  readonly #parts: RoundParts;
  readonly #now: number;
  readonly #open: Map<string, AlertRecord>;
  #channels: Promise<AlertChannel[]> | null = null;

  constructor(parts: RoundParts, now: number, open: readonly AlertRecord[]) {
    this.#parts = parts;
    this.#now = now;
    this.#open = new Map(open.map((alert) => [keyOf(alert.ruleId, alert.subject), alert]));
  }

  /** What a rule comes to now. */
  async look(rule: AlertRule, findings: readonly Finding[]): Promise<void> {
    for (const finding of findings) {
      const alert = this.#open.get(keyOf(rule.id, finding.subject));
      if (alert === undefined) {
        if (finding.state === "holds") await this.#begin(rule, finding);
      } else if (finding.state === "over") await this.#end(alert, "over", finding);
      else if (finding.state === "holds") await this.#goesOn(rule, alert, finding);
    }
    const subjects = new Set(findings.map(({ subject }) => subject));
    for (const alert of this.#open.values())
      if (alert.ruleId === rule.id && !subjects.has(alert.subject)) await this.#end(alert, "over", null);
  }

  async endWithoutRule(alert: AlertRecord, rules: readonly AlertRule[]): Promise<void> {
    const rule = rules.find(({ id }) => id === alert.ruleId);
    if (rule === undefined) await this.#end(alert, "rule-removed", null);
    else if (!rule.enabled) await this.#end(alert, "rule-disabled", null);
  }

  /** Read when somebody is to be told, and once. */
  #allChannels(): Promise<AlertChannel[]> {
    this.#channels ??= this.#parts.store.alerts.listChannels();
    return this.#channels;
  }

  async #channelsOf({ channelIds }: AlertRule): Promise<AlertChannel[]> {
    return channelIds.length === 0 ? [] : (await this.#allChannels()).filter(({ id }) => channelIds.includes(id));
  }

  async #begin(rule: AlertRule, { subject, value, text }: Finding): Promise<void> {
    const { store, newId, notifier } = this.#parts;
    const now = this.#now;
    const bare: AlertRecord = {
      id: newId(now),
      ruleId: rule.id,
      ruleName: rule.name,
      kind: rule.condition.kind,
      severity: rule.severity,
      subject,
      startedAt: now,
      endedAt: null,
      end: null,
      value,
      lastValue: value,
      threshold: rule.condition.threshold ?? rule.condition.windowMs,
      text,
      notices: [],
      dueAt: null,
      version: 1,
    };
    const alert = addNotices(bare, { kind: "began", channels: await this.#channelsOf(rule), now, newId });
    if (!(await store.alerts.addAlert(alert))) return;
    notifier.notify({
      kind: "alert-began",
      at: now,
      alertId: alert.id,
      rule: rule.name,
      severity: rule.severity,
      text,
    });
  }

  async #end(alert: AlertRecord, end: AlertEnd, finding: Finding | null): Promise<void> {
    const { store, newId, notifier } = this.#parts;
    const now = this.#now;
    const seen = finding === null ? alert : { ...alert, lastValue: finding.value, text: finding.text };
    const channels = alert.notices.length === 0 ? [] : await this.#allChannels();
    const ended = endAlert(seen, { end, channels, now, newId });
    if (!(await store.alerts.changeAlert(ended))) return;
    const { id: alertId, ruleName: rule, severity, startedAt } = ended;
    notifier.notify({
      kind: "alert-ended",
      at: now,
      alertId,
      rule,
      severity,
      durationMs: Math.max(0, now - startedAt),
    });
  }

  async #goesOn(rule: AlertRule, alert: AlertRecord, { value, text }: Finding): Promise<void> {
    const { store, newId } = this.#parts;
    const now = this.#now;
    if (rule.repeatMs === null || now - lastToldAt(alert) < rule.repeatMs) return;
    const channels = await this.#channelsOf(rule);
    if (channels.length === 0) return;
    const seen = { ...alert, lastValue: value, text };
    await store.alerts.changeAlert(addNotices(seen, { kind: "repeated", channels, now, newId }));
  }
}
