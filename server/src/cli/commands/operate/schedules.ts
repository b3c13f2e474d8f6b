/** `stepwell schedules`: schedules made at runtime, besides the crons of functions. Called by program. */
import { type Command, Option } from "commander";
import type { ScheduleAnswer } from "../../../api/answers.ts";
import { missedRules } from "../../../domain/schedule.ts";
import type { ApiClient } from "../../api-client.ts";
import { CliError } from "../../cli-error.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import { readData } from "../../parse/parse-data.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveFunction } from "../client-options.ts";

interface AddOptions extends ClientOptions {
  function?: string;
  event?: string;
  data?: string;
  name?: string;
  jitter?: string;
  missed?: string;
}

const targetOf = ({ function: fn, event }: ScheduleAnswer): string => (fn === null ? `sends ${event}` : `starts ${fn}`);

/** By its id or its name. @throws CliError */
async function resolveSchedule(client: ApiClient, wanted: string): Promise<ScheduleAnswer> {
  const schedules = await client.get<ScheduleAnswer[]>("/v2/schedules");
  const matches = schedules.filter(({ id, name }) => id === wanted.toUpperCase() || name === wanted);
  if (matches.length === 1 && matches[0] !== undefined) return matches[0];
  throw new CliError(
    matches.length > 1
      ? `More than one schedule is called "${wanted}". Give the id of one: ${matches.map(({ id }) => id).join(", ")}.`
      : `There is no schedule "${wanted}". \`stepwell schedules\` lists them.`,
  );
}

function addList(parent: Command, terminal: Terminal): void {
  const command = parent.command("list", { isDefault: true }).description("list them");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const schedules = await clientOf(options, terminal).get<ScheduleAnswer[]>("/v2/schedules");
    const { print, colors, now } = terminal;
    if (options.json === true) return print(JSON.stringify(schedules));
    if (schedules.length === 0)
      return print('No schedules. Make one: stepwell schedules add "0 6 * * *" --event shop/morning');
    const rows = schedules.map((schedule) => [
      schedule.id,
      schedule.name,
      schedule.cron,
      targetOf(schedule),
      schedule.nextAt === null
        ? { text: "paused", paint: colors.yellow }
        : formatMoment(Date.parse(schedule.nextAt), now()),
    ]);
    for (const line of renderTable(["SCHEDULE", "NAME", "CRON", "WHAT", "NEXT"], rows, colors)) print(line);
  });
}

function addAdd(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("add")
    .description("make one")
    .argument("<cron>", 'when: five fields, such as "0 6 * * *" or "TZ=Europe/Berlin 0 6 * * *"')
    .addOption(new Option("--function <function>", "start this function"))
    .addOption(new Option("--event <name>", "send this event"))
    .addOption(new Option("-d, --data <json>", "data: JSON, @file.json, or - for standard input"))
    .addOption(new Option("--name <name>", "what to call it"))
    .addOption(new Option("--jitter <time>", "put each tick off by up to this, 1s to 5m"))
    .addOption(
      new Option("--missed <rule>", `what becomes of ticks missed while no engine ran: ${missedRules.join(", ")}`),
    );
  addClientOptions(command).action(async (cron: string, options: AddOptions) => {
    const client = clientOf(options, terminal);
    const { function: fn, data, json, url: _url, signingKey: _key, apiKey: _apiKey, ...rest } = options;
    const body = {
      cron,
      ...rest,
      ...(fn === undefined ? {} : { function: await resolveFunction(client, fn) }),
      ...(data === undefined ? {} : { data: await readData(data, terminal) }),
    };
    const answer = (await client.request("POST", "/v2/schedules", body)) as { data: ScheduleAnswer };
    const { print, colors } = terminal;
    print(
      json === true
        ? JSON.stringify(answer.data)
        : `${colors.green("✓")} ${targetOf(answer.data)} at ${cron}  ${colors.dim(answer.data.id)}`,
    );
  });
}

function addAct(parent: Command, terminal: Terminal, name: "pause" | "resume" | "delete", done: string): void {
  const command = parent.command(name).description(`${name} one`).argument("<schedule>", "its id or name");
  addClientOptions(command).action(async (wanted: string, options: ClientOptions) => {
    const client = clientOf(options, terminal);
    const { id } = await resolveSchedule(client, wanted);
    if (name === "delete") await client.request("DELETE", `/v2/schedules/${id}`);
    else await client.request("POST", `/v2/schedules/${id}/${name}`);
    const { print, colors } = terminal;
    print(options.json === true ? JSON.stringify({ id }) : `${colors.green("✓")} ${done} ${id}`);
  });
}

export function addSchedulesCommand(program: Command, terminal: Terminal): void {
  const parent = program
    .command("schedules")
    .description("start functions and send events on a schedule, besides the crons in code");
  addList(parent, terminal);
  addAdd(parent, terminal);
  addAct(parent, terminal, "pause", "paused");
  addAct(parent, terminal, "resume", "resumed");
  addAct(parent, terminal, "delete", "deleted");
}
