/** `stepwell events`: the newest events that a running engine received. Called by program. */
import { type Command, Option } from "commander";
import type { EventAnswer } from "../../../api/answers.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import { parseMoment } from "../../parse/parse-moment.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

interface EventsOptions extends ClientOptions {
  name?: string;
  since?: string;
  limit?: string;
}

const longestData = 60;

function shorten(data: unknown): string {
  const text = JSON.stringify(data) ?? "";
  return text.length > longestData ? `${text.slice(0, longestData - 1)}…` : text;
}

export function addEventsCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("events")
    .description("list the newest events of a running engine")
    .addOption(new Option("--name <name>", "only those of this name"))
    .addOption(new Option("--since <time>", "only those since then: a date, or how long ago, such as 2h"))
    .addOption(new Option("--limit <number>", "how many, 1 to 100").default("20"));
  addClientOptions(command).action(async (options: EventsOptions) => {
    const { print, colors, now } = terminal;
    const query = new URLSearchParams({ limit: options.limit ?? "20" });
    if (options.name !== undefined) query.set("name", options.name);
    if (options.since !== undefined)
      query.set("from", new Date(parseMoment(options.since, "--since", now())).toISOString());
    const events = await clientOf(options, terminal).get<EventAnswer[]>(`/v2/events?${query}`);
    if (options.json === true) return print(JSON.stringify(events));
    if (events.length === 0) return print("No events. Send one: stepwell send <name>");
    const rows = events.map(({ id, name, data, receivedAt }) => [
      id,
      name,
      formatMoment(Date.parse(receivedAt), now()),
      { text: shorten(data), paint: colors.dim },
    ]);
    for (const line of renderTable(["EVENT", "NAME", "RECEIVED", "DATA"], rows, colors)) print(line);
  });
}
