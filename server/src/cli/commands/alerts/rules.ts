/** `stepwell alerts rules`, `add`, `change`, `enable`, `disable`, `remove` and `conditions`: what is watched. Called by alerts. */
import { type Command, Option } from "commander";
import type { AlertRuleAnswer } from "../../../api/answers.ts";
import type { NewAlertRule } from "../../../client/requests.ts";
import {
  type ConditionKind,
  conditionKinds,
  conditionSpecs,
  type ThresholdUnit,
} from "../../../domain/alerts/condition.ts";
import { severities } from "../../../domain/alerts/rule.ts";
import type { ApiClient } from "../../api-client.ts";
import { CliError } from "../../cli-error.ts";
import { formatDuration } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import { parseDuration } from "../../parse/parse-duration.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveFunction } from "../client-options.ts";
import { resolveRule } from "./resolve.ts";

interface RuleOptions extends ClientOptions {
  name?: string;
  function?: string;
  app?: string;
  threshold?: string;
  window?: string;
  minRuns?: string;
  severity?: NewAlertRule["severity"];
  channel?: string[];
  repeat?: string;
  disabled?: boolean;
}

const append = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

function addRuleOptions(command: Command): Command {
  return command
    .addOption(new Option("--function <function>", "the function that it is about"))
    .addOption(new Option("--app <app>", "the app that it is about"))
    .addOption(new Option("--threshold <value>", "a number, percent such as 70%, or a time such as 30s"))
    .addOption(new Option("--window <time>", "of what time, or for how long, such as 30m"))
    .addOption(new Option("--min-runs <n>", "say nothing with fewer runs in the window"))
    .addOption(new Option("--severity <severity>", "how bad it is").choices(severities))
    .addOption(new Option("--channel <channel>", "who is told, by name; may be given again").argParser(append))
    .addOption(new Option("--repeat <time>", "tell again after this, while it goes on, such as 1h; 0 for never"))
    .addOption(new Option("--name <name>", "what to call it"));
}

function unitOf(kind: ConditionKind): ThresholdUnit {
  const { threshold } = conditionSpecs[kind];
  if (threshold !== null) return threshold.unit;
  throw new CliError(`The condition ${kind} takes no --threshold.`);
}

/** In the unit of the condition. @throws CliError */
function parseThreshold(text: string, kind: ConditionKind): number {
  const unit = unitOf(kind);
  if (unit === "milliseconds") return parseDuration(text, "--threshold");
  const number = Number(unit === "percent" ? text.replace(/\s*%$/, "") : text);
  if (text.trim() !== "" && Number.isFinite(number)) return number;
  throw new CliError(`--threshold is "${text}": expected ${unit === "percent" ? "percent, such as 70" : "a number"}.`);
}

async function toRequest(options: RuleOptions, kind: ConditionKind, client: ApiClient): Promise<Partial<NewAlertRule>> {
  const { name, function: fn, app, threshold, window, minRuns, severity, channel, repeat } = options;
  return {
    ...(name === undefined ? {} : { name }),
    ...(fn === undefined ? {} : { function: await resolveFunction(client, fn) }),
    ...(app === undefined ? {} : { app }),
    ...(threshold === undefined ? {} : { threshold: parseThreshold(threshold, kind) }),
    ...(window === undefined ? {} : { windowMs: parseDuration(window, "--window") }),
    ...(minRuns === undefined ? {} : { minRuns: Number(minRuns) }),
    ...(severity === undefined ? {} : { severity }),
    ...(channel === undefined ? {} : { channels: channel }),
    ...(repeat === undefined ? {} : { repeatMs: repeat === "0" ? null : parseDuration(repeat, "--repeat") }),
  };
}

function printRule(rule: AlertRuleAnswer, done: string, json: boolean, { print, warn, colors }: Terminal): void {
  if (json) {
    print(JSON.stringify(rule));
    return;
  }
  print(`${colors.green("✓")} ${done} "${rule.name}"  ${colors.dim(rule.id)}`);
  if (rule.channels.length === 0 && rule.enabled)
    warn("  It tells no channel: it shows in `stepwell alerts` and in the page. --channel names one.");
}

function addRules(parent: Command, terminal: Terminal): void {
  const command = parent.command("rules").description("list the rules");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const rules = await clientOf(options, terminal).engine.alerts.rules.list();
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(rules));
    if (rules.length === 0) return print("No rules. Make one: stepwell alerts add kill-switch");
    const state = ({ enabled, isActive }: AlertRuleAnswer) => {
      if (!enabled) return { text: "off", paint: colors.dim };
      return isActive ? { text: "alert", paint: colors.red } : { text: "on", paint: colors.green };
    };
    const rows = rules.map((rule) => [
      rule.id,
      rule.name,
      rule.condition,
      rule.severity,
      rule.channels.map(({ name }) => name).join(", ") || "nobody",
      rule.repeatMs === null ? "once" : `every ${formatDuration(rule.repeatMs)}`,
      state(rule),
    ]);
    for (const line of renderTable(
      ["ID", "RULE", "CONDITION", "SEVERITY", "TELLS", "HOW OFTEN", "STATE"],
      rows,
      colors,
    ))
      print(line);
  });
}

function addConditions(parent: Command, terminal: Terminal): void {
  const command = parent.command("conditions").description("list what can be watched");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const answer = await clientOf(options, terminal).engine.alerts.conditions();
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(answer));
    const rows = answer.conditions.map(({ condition, says }) => [condition, says]);
    for (const line of renderTable(["CONDITION", "HOLDS WHEN"], rows, colors)) print(line);
  });
}

function addAdd(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("add")
    .description("make a rule")
    .argument("<condition>", `what to watch: ${conditionKinds.join(", ")}`);
  addRuleOptions(command).addOption(new Option("--disabled", "do not switch it on yet"));
  addClientOptions(command).action(async (condition: string, options: RuleOptions) => {
    const kind = conditionKinds.find((known) => known === condition);
    if (kind === undefined)
      throw new CliError(`There is no condition "${condition}". There are: ${conditionKinds.join(", ")}.`);
    const client = clientOf(options, terminal);
    const request = await toRequest(options, kind, client);
    const enabled = options.disabled !== true;
    const rule = await client.engine.alerts.rules.create({ ...request, condition: kind, enabled });
    printRule(rule, enabled ? "watching" : "made, not switched on:", options.json === true, terminal);
  });
}

function addChange(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("change")
    .description("change a rule: what is not given stays")
    .argument("<rule>", "its name or id");
  addRuleOptions(command);
  addClientOptions(command).action(async (wanted: string, options: RuleOptions) => {
    const client = clientOf(options, terminal);
    const { id, condition } = await resolveRule(client.engine, wanted);
    const change = await toRequest(options, condition, client);
    printRule(await client.engine.alerts.rules.change(id, change), "changed", options.json === true, terminal);
  });
}

function addAct(parent: Command, terminal: Terminal, name: "enable" | "disable" | "remove", done: string): void {
  const words = { enable: "switch a rule on", disable: "switch a rule off", remove: "remove a rule" };
  const command = parent.command(name).description(words[name]).argument("<rule>", "its name or id");
  addClientOptions(command).action(async (wanted: string, options: ClientOptions) => {
    const { engine } = clientOf(options, terminal);
    const rule = await resolveRule(engine, wanted);
    const { rules } = engine.alerts;
    if (name !== "remove") return printRule(await rules[name](rule.id), done, options.json === true, terminal);
    await rules.remove(rule.id);
    const { print, colors } = terminal;
    print(options.json === true ? JSON.stringify({ id: rule.id }) : `${colors.green("✓")} ${done} "${rule.name}"`);
  });
}

export function addRuleCommands(parent: Command, terminal: Terminal): void {
  addRules(parent, terminal);
  addConditions(parent, terminal);
  addAdd(parent, terminal);
  addChange(parent, terminal);
  addAct(parent, terminal, "enable", "switched on");
  addAct(parent, terminal, "disable", "switched off");
  addAct(parent, terminal, "remove", "removed");
}
