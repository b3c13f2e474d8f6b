/** `stepwell send`: one event to a running engine. Called by program. */
import { type Command, Option } from "commander";
import { CliError } from "../../cli-error.ts";
import { readData } from "../../parse/parse-data.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

interface SendOptions extends ClientOptions {
  data?: string;
  id?: string;
  ts?: string;
  eventKey?: string;
}

/** Milliseconds since 1970, from those or a date. @throws CliError */
function parseTimestamp(text: string): number {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(at)) return at;
  throw new CliError(`--ts is "${text}": expected milliseconds since 1970, or a date such as 2026-11-22T14:03:00Z.`);
}

export function addSendCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("send")
    .description("send an event to a running engine")
    .argument("<name>", "the event's name, such as shop/order.placed")
    .addOption(new Option("-d, --data <json>", "its data: JSON, @file.json, or - for standard input"))
    .addOption(new Option("--id <id>", "sent twice within a day, it counts once"))
    .addOption(new Option("--ts <time>", "when it happened: milliseconds since 1970, or a date"))
    .addOption(new Option("--event-key <key>", "for an engine in start mode (INNGEST_EVENT_KEY)"));
  addClientOptions(command).action(async (name: string, options: SendOptions) => {
    const event = {
      name,
      data: await readData(options.data, terminal),
      ...(options.id === undefined ? {} : { id: options.id }),
      ...(options.ts === undefined ? {} : { ts: parseTimestamp(options.ts) }),
    };
    const { env } = terminal;
    const key = options.eventKey ?? (env["STEPWELL_EVENT_KEY"] || env["INNGEST_EVENT_KEY"] || "dev");
    const client = clientOf(options, terminal);
    const answer = (await client.request("POST", `/e/${encodeURIComponent(key)}`, event)) as { ids: string[] };
    if (options.json === true) return terminal.print(JSON.stringify({ ids: answer.ids }));
    for (const id of answer.ids)
      terminal.print(`${terminal.colors.green("✓")} sent ${name}  ${terminal.colors.dim(id)}`);
  });
}
