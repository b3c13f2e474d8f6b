/** `stepwell pause`, `resume` and `pauses`: the kill switch of a running engine. Called by program. */
import { type Command, Option } from "commander";
import type { PauseAnswer } from "../../../api/answers.ts";
import type { ApiClient } from "../../api-client.ts";
import { CliError } from "../../cli-error.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import type { Terminal } from "../../terminal.ts";
import { type AuthorOptions, addReasonOptions, authorOf } from "../author-option.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveFunction } from "../client-options.ts";

interface TargetOptions extends ClientOptions {
  function?: string;
  app?: string;
  all?: boolean;
}

interface PauseOptions extends TargetOptions, AuthorOptions {
  skip?: boolean;
  cancelRunning?: boolean;
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function addTargetOptions(command: Command): Command {
  return command
    .addOption(new Option("--function <function>", "one function"))
    .addOption(new Option("--app <app>", "all functions of an app"))
    .addOption(new Option("--all", "everything"));
}

/** @throws CliError unless exactly one is named */
async function toTarget(client: ApiClient, options: TargetOptions): Promise<{ scope: string; target?: string }> {
  const { app, all, function: fn } = options;
  if ([app, fn, all].filter((given) => given !== undefined).length !== 1)
    throw new CliError("What? Give one of --function <function>, --app <app> and --all.");
  if (all === true) return { scope: "all" };
  if (app !== undefined) return { scope: "app", target: app };
  return { scope: "function", target: await resolveFunction(client, fn ?? "") };
}

const nameOf = ({ scope, target = null }: { scope: string; target?: string | null }): string =>
  target === null ? "everything" : `${scope} ${target}`;

function addPause(program: Command, terminal: Terminal): void {
  const command = program
    .command("pause")
    .description("start no more calls: of a function, of an app, or of everything");
  addReasonOptions(command)
    .addOption(new Option("--skip", "runs that events would start meanwhile are recorded as skipped, not held"))
    .addOption(new Option("--cancel-running", "cancel the runs that have begun, instead of holding them"));
  addTargetOptions(command);
  addClientOptions(command).action(async (options: PauseOptions) => {
    const { print, colors } = terminal;
    const client = clientOf(options, terminal);
    const target = await toTarget(client, options);
    const body = {
      ...target,
      reason: options.reason,
      author: authorOf(options, terminal),
      arriving: options.skip === true ? "skip" : "hold",
      running: options.cancelRunning === true ? "cancel" : "finish",
    };
    const { data } = (await client.request("POST", "/v2/pauses", body)) as { data: PauseAnswer };
    print(
      options.json === true
        ? JSON.stringify(data)
        : `${colors.yellow("‖")} paused ${nameOf(data)}  ${colors.dim("stepwell resume ends the pause")}`,
    );
  });
}

function addResume(program: Command, terminal: Terminal): void {
  const command = program.command("resume").description("end a pause: the runs that it held continue");
  addTargetOptions(command);
  addClientOptions(command).action(async (options: TargetOptions) => {
    const client = clientOf(options, terminal);
    const target = await toTarget(client, options);
    const { data } = (await client.request("POST", "/v2/pauses/resume", target)) as { data: { resumed: boolean } };
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify({ ...target, ...data }));
    if (data.resumed) return print(`${colors.green("▶")} resumed ${nameOf(target)}`);
    const pauses = await client.get<PauseAnswer[]>("/v2/pauses");
    const rest = pauses.length === 0 ? "" : `  ${colors.dim(`paused: ${pauses.map(nameOf).join(", ")}`)}`;
    return print(`${capitalized(nameOf(target))} was not paused.${rest}`);
  });
}

function addPauses(program: Command, terminal: Terminal): void {
  const command = program.command("pauses").description("list pauses: what is paused, who paused it and why");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const pauses = await clientOf(options, terminal).get<PauseAnswer[]>("/v2/pauses");
    const { print, colors, now } = terminal;
    if (options.json === true) return print(JSON.stringify(pauses));
    if (pauses.length === 0) return print("Nothing is paused.");
    const rows = pauses.map((pause) => [
      { text: nameOf(pause), paint: colors.yellow },
      pause.author,
      formatMoment(Date.parse(pause.pausedAt), now()),
      pause.arriving === "hold" ? "held" : "skipped",
      pause.reason,
    ]);
    for (const line of renderTable(["PAUSED", "BY", "SINCE", "NEW RUNS", "REASON"], rows, colors)) print(line);
  });
}

export function addPauseCommands(program: Command, terminal: Terminal): void {
  addPause(program, terminal);
  addResume(program, terminal);
  addPauses(program, terminal);
}
