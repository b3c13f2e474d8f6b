/** `stepwell alerts`: what goes on and what was; its rules and channels stand beside it. Called by program. */
import { type Command, Option } from "commander";
import type { AlertAnswer, AlertNoticeAnswer } from "../../../api/answers.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";
import { addChannelCommands } from "./channels.ts";
import { resolveRule } from "./resolve.ts";
import { addRuleCommands } from "./rules.ts";

interface HistoryOptions extends ClientOptions {
  rule?: string;
  limit?: string;
}

/** `ops ✓`, or what keeps it. */
function noticeText({ channel, kind, state, tries, error }: AlertNoticeAnswer): string {
  const what = kind === "began" ? "" : ` ${kind}`;
  if (state === "sent") return `${channel.name}${what} sent`;
  if (state === "superseded") return `${channel.name}${what} not sent`;
  const why = error === null ? "" : ` (${error})`;
  return `${channel.name}${what} ${state === "failed" ? "failed" : `waits, ${tries} tried`}${why}`;
}

function renderAlerts(alerts: readonly AlertAnswer[], { colors, now }: Terminal): string[] {
  const moment = (at: string): string => formatMoment(Date.parse(at), now());
  const rows = alerts.map(({ rule, severity, subject, startedAt, endedAt, text, notices }) => [
    { text: severity, paint: endedAt !== null ? colors.dim : severity === "info" ? colors.cyan : colors.red },
    subject === null ? rule.name : `${rule.name} (${subject})`,
    moment(startedAt),
    endedAt === null ? "goes on" : moment(endedAt),
    notices.map(noticeText).join(", ") || "nobody",
    text,
  ]);
  return renderTable(["SEVERITY", "RULE", "BEGAN", "OVER", "TOLD", "WHAT"], rows, colors);
}

function addList(parent: Command, terminal: Terminal): void {
  const command = parent.command("list", { isDefault: true }).description("list the alerts that are on");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const { engine } = clientOf(options, terminal);
    const alerts = await engine.alerts.active();
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(alerts));
    if (alerts.length > 0) for (const line of renderAlerts(alerts, terminal)) print(line);
    else {
      const on = (await engine.alerts.rules.list()).filter(({ enabled }) => enabled).length;
      if (on > 0) print(`${colors.green("✓")} Nothing is wrong, by ${on} rule${on === 1 ? "" : "s"}.`);
      else print("No rule is on. Make one: stepwell alerts add kill-switch");
    }
  });
}

function addHistory(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("history")
    .description("list all of them, newest first, with who was told")
    .addOption(new Option("--rule <rule>", "those of one rule, by its name or id"))
    .addOption(new Option("--limit <n>", "at most so many (20)"));
  addClientOptions(command).action(async (options: HistoryOptions) => {
    const { engine } = clientOf(options, terminal);
    const rule = options.rule === undefined ? {} : { rule: (await resolveRule(engine, options.rule)).id };
    const limit = options.limit === undefined ? {} : { limit: Number(options.limit) };
    const { data } = await engine.alerts.history.list({ ...rule, ...limit });
    if (options.json === true) return terminal.print(JSON.stringify(data));
    if (data.length === 0) return terminal.print("There were no alerts.");
    for (const line of renderAlerts(data, terminal)) terminal.print(line);
  });
}

export function addAlertsCommand(program: Command, terminal: Terminal): void {
  const parent = program
    .command("alerts")
    .description("what is wrong: rules that the engine looks at, and the channels that it tells");
  addList(parent, terminal);
  addHistory(parent, terminal);
  addRuleCommands(parent, terminal);
  addChannelCommands(parent, terminal);
}
