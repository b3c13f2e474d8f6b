/** Puts alerts together: what operators ask of them, and the loop that looks at the rules. Called by create-engine. */
import type { AlertChannel } from "../../domain/alerts/channel.ts";
import type { AlertRule } from "../../domain/alerts/rule.ts";
import { EngineError } from "../../domain/error.ts";
import type { AlertSender } from "../../ports/alert-sender.ts";
import type { Parts } from "../parts/parts.ts";
import { AlertLoop } from "./alert-loop.ts";
import type { Alerts, ChannelTest } from "./alerts.ts";
import { errorText } from "./deliveries.ts";
import type { FactSources } from "./facts.ts";
import { parseChannel, parseChannelChange } from "./parse-channel.ts";
import { parseRule, parseRuleChange, type RuleParts, type RuleSettings } from "./parse-rule.ts";
import { refuse } from "./read-fields.ts";

/** With more, a look at all of them would cost too much. */
const rulesMax = 200;
const channelsMax = 100;

export interface AlertOptions {
  sender: AlertSender;
  sources: Omit<FactSources, "store">;
  /** Throws while the engine stops. */
  assertOpen(): void;
}

export interface RunningAlerts {
  alerts: Alerts;
  start(): void;
  stop(): Promise<void>;
  /** Rules or channels were changed by another engine. */
  wake(): void;
}

export function createAlerts(parts: Parts, options: AlertOptions): RunningAlerts {
  const { store } = parts;
  const loop = new AlertLoop(parts, { store, ...options.sources }, options.sender);
  const changed = (): void => {
    loop.wake();
    store.peers?.tell({ kind: "alerts" });
  };
  return {
    alerts: new StoredAlerts(parts, options, changed),
    start: () => loop.start(),
    stop: () => loop.stop(),
    wake: () => loop.wake(),
  };
}

function nameTaken(what: string, name: string): EngineError {
  return new EngineError("name_taken", `\`name\`: there is ${what} called "${name}". Choose another name.`);
}

class StoredAlerts implements Alerts {
  readonly #parts: Parts;
  readonly #options: AlertOptions;
  readonly #changed: () => void;

  constructor(parts: Parts, options: AlertOptions, changed: () => void) {
    this.#parts = parts;
    this.#options = options;
    this.#changed = changed;
  }

  get #store() {
    return this.#parts.store.alerts;
  }

  rules: Alerts["rules"] = () => this.#store.listRules();

  rule: Alerts["rule"] = async (id) => {
    const rule = await this.#store.getRule(id);
    if (rule !== null) return rule;
    throw new EngineError("alert_rule_not_found", `There is no rule ${id}. GET /v2/alerts/rules lists those that are.`);
  };

  createRule: Alerts["createRule"] = async (body, by) => {
    this.#options.assertOpen();
    const settings = parseRule(body, await this.#ruleParts());
    if ((await this.#store.listRules()).length >= rulesMax)
      throw refuse(`There are ${rulesMax} rules already, as many as there may be. Remove one first.`);
    await this.#assertKnown(settings);
    const now = this.#parts.clock.now();
    const rule: AlertRule = {
      id: this.#parts.newId(now),
      ...settings,
      enabledAt: now,
      createdAt: now,
      createdBy: by,
    };
    if (!(await this.#store.addRule(rule))) throw nameTaken("a rule", rule.name);
    this.#changed();
    return rule;
  };

  changeRule: Alerts["changeRule"] = async (id, body) => {
    this.#options.assertOpen();
    const rule = await this.rule(id);
    const settings = parseRuleChange(rule, body, await this.#ruleParts());
    if ((await this.#store.listRules()).some((known) => known.name === settings.name && known.id !== id))
      throw nameTaken("a rule", settings.name);
    await this.#assertKnown(settings);
    const isNew = settings.enabled && !rule.enabled;
    const next: AlertRule = { ...rule, ...settings, enabledAt: isNew ? this.#parts.clock.now() : rule.enabledAt };
    if (!(await this.#store.changeRule(next))) await this.rule(id);
    this.#changed();
    return next;
  };

  removeRule: Alerts["removeRule"] = async (id) => {
    this.#options.assertOpen();
    if (!(await this.#store.removeRule(id))) await this.rule(id);
    this.#changed();
  };

  channels: Alerts["channels"] = () => this.#store.listChannels();

  channel: Alerts["channel"] = async (id) => {
    const channel = await this.#store.getChannel(id);
    if (channel !== null) return channel;
    throw new EngineError(
      "alert_channel_not_found",
      `There is no channel ${id}. GET /v2/alerts/channels lists those that are.`,
    );
  };

  createChannel: Alerts["createChannel"] = async (body, by) => {
    this.#options.assertOpen();
    const settings = parseChannel(body);
    if ((await this.#store.listChannels()).length >= channelsMax)
      throw refuse(`There are ${channelsMax} channels already, as many as there may be. Remove one first.`);
    const now = this.#parts.clock.now();
    const channel: AlertChannel = { id: this.#parts.newId(now), ...settings, createdAt: now, createdBy: by };
    if (!(await this.#store.addChannel(channel))) throw nameTaken("a channel", channel.name);
    return channel;
  };

  changeChannel: Alerts["changeChannel"] = async (id, body) => {
    this.#options.assertOpen();
    const channel = await this.channel(id);
    const settings = parseChannelChange(channel, body);
    if ((await this.#store.listChannels()).some((known) => known.name === settings.name && known.id !== id))
      throw nameTaken("a channel", settings.name);
    const next: AlertChannel = { ...channel, ...settings };
    if (!(await this.#store.changeChannel(next))) await this.channel(id);
    return next;
  };

  removeChannel: Alerts["removeChannel"] = async (id) => {
    this.#options.assertOpen();
    const channel = await this.channel(id);
    const used = (await this.#store.listRules()).filter(({ channelIds }) => channelIds.includes(id));
    if (used.length > 0)
      throw new EngineError(
        "alert_channel_used",
        `Rules tell the channel "${channel.name}": ${used.map(({ name }) => `"${name}"`).join(", ")}. Take it from them first.`,
      );
    await this.#store.removeChannel(id);
  };

  testChannel: Alerts["testChannel"] = async (id) => {
    this.#options.assertOpen();
    const channel = await this.channel(id);
    const { clock, newId } = this.#parts;
    const at = clock.now();
    const messageId = newId(at);
    const message = {
      id: messageId,
      kind: "test" as const,
      at,
      alertId: messageId,
      rule: { id: messageId, name: "Test" },
      condition: "kill-switch" as const,
      severity: "info" as const,
      subject: "",
      text: `This is a test of the channel "${channel.name}". Nothing is wrong.`,
      value: null,
      threshold: null,
      startedAt: at,
      endedAt: null,
    };
    return this.#try(() => this.#options.sender.send(channel, message, new AbortController().signal));
  };

  list: Alerts["list"] = (filter) => this.#store.listAlerts(filter);

  alert: Alerts["alert"] = async (id) => {
    const alert = await this.#store.getAlert(id);
    if (alert !== null) return alert;
    throw new EngineError("alert_not_found", `There is no alert ${id}. GET /v2/alerts/history lists those that are.`);
  };

  async #try(work: () => Promise<void>): Promise<ChannelTest> {
    const { clock } = this.#parts;
    const begin = clock.now();
    const took = (error: string | null): ChannelTest => ({
      ok: error === null,
      error,
      tookMs: Math.max(0, clock.now() - begin),
    });
    try {
      await work();
      return took(null);
    } catch (error) {
      return took(errorText(error));
    }
  }

  /** People name what they have just seen, which another engine may have synced. */
  async #ruleParts(): Promise<RuleParts> {
    await this.#parts.registry.load();
    return { registry: this.#parts.registry, channels: await this.#store.listChannels() };
  }

  /** A rule about what nobody can tell would be silent forever. */
  async #assertKnown({ condition, enabled }: RuleSettings): Promise<void> {
    if (condition.kind !== "disk" || !enabled || (await this.#options.sources.diskPercent()) !== null) return;
    throw refuse(
      "`condition`: how full the disk is cannot be told here: the state is in memory, or on a Postgres without a bound. Start the engine with a data folder, or with --max-disk.",
    );
  }
}
