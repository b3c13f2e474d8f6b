/** `stepwell audit`: who did what to an engine, when, from where. Called by program. */
import { type Command, Option } from "commander";
import type { AuditAnswer } from "../../../api/answers.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import { parseMoment } from "../../parse/parse-moment.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

interface AuditOptions extends ClientOptions {
  action?: string;
  who?: string;
  target?: string;
  refused?: boolean;
  since?: string;
  until?: string;
  limit?: string;
}

export function addAuditCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("audit")
    .summary("list who did what, newest first")
    .description("list who did what to a running engine, newest first")
    .addOption(new Option("--action <action>", "such as pause, key.revoke or session.begin"))
    .addOption(new Option("--who <name>", "of one user or key"))
    .addOption(new Option("--target <target>", "what was done to one thing"))
    .addOption(new Option("--refused", "only what was refused, such as signing in with a wrong password"))
    .addOption(new Option("--since <time>", "how long ago, such as 2h, or a date"))
    .addOption(new Option("--until <time>", "how long ago, or a date"))
    .addOption(new Option("--limit <number>", "how many, 1 to 100").default("20"));
  addClientOptions(command).action(async (options: AuditOptions) => {
    const { print, colors, now } = terminal;
    const query = new URLSearchParams({ limit: options.limit ?? "20" });
    for (const name of ["action", "who", "target"] as const)
      if (options[name] !== undefined) query.set(name, options[name]);
    if (options.refused === true) query.set("outcome", "refused");
    const moment = (text: string, where: string): string => new Date(parseMoment(text, where, now())).toISOString();
    if (options.since !== undefined) query.set("from", moment(options.since, "--since"));
    if (options.until !== undefined) query.set("until", moment(options.until, "--until"));
    const entries = await clientOf(options, terminal).get<AuditAnswer[]>(`/v2/audit?${query}`);
    if (options.json === true) return print(JSON.stringify(entries));
    if (entries.length === 0) return print("Nothing: nobody has changed anything that is asked for.");
    const rows = entries.map(({ at, who, action, target, address, outcome }) => [
      formatMoment(Date.parse(at), now()),
      who,
      outcome === "done" ? action : { text: `${action} (refused)`, paint: colors.red },
      target ?? "",
      address ?? "",
    ]);
    for (const line of renderTable(["WHEN", "WHO", "WHAT", "ON", "FROM"], rows, colors)) print(line);
  });
}
