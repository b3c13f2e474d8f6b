/** `stepwell dev` and `stepwell start`: their flags, from the table of settings, and the way to `serve`. Called by program. */
import { type Command, Option } from "commander";
import { type Flag, flags } from "../config/flags.ts";
import { resolveSettings, type ServeCommand, type SettingsSource } from "../config/resolve-settings.ts";
import type { Terminal } from "../terminal.ts";

const append = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

function toOption(flag: Flag): Option {
  const names = `${flag.short === undefined ? "" : `${flag.short}, `}--${flag.name}`;
  const option = new Option(flag.value === undefined ? names : `${names} <${flag.value}>`, flag.help);
  return flag.type === "list" ? option.argParser(append) : option;
}

/** What was given on the command line, by flag name. Commander keeps `--no-x` as `x: false`. */
function givenFlags(command: Command): Map<string, string | boolean | string[]> {
  const given = new Map<string, string | boolean | string[]>();
  for (const option of command.options) {
    const key = option.attributeName();
    if (option.name() === "config" || command.getOptionValueSource(key) !== "cli") continue;
    const value = command.getOptionValue(key) as string | boolean | string[];
    given.set(option.negate ? (option.long?.slice(2) ?? "") : option.name(), option.negate ? value === false : value);
  }
  return given;
}

const texts: Record<ServeCommand, { summary: string; more: string }> = {
  dev: {
    summary: "run the engine on your machine: no keys, finds your app by itself",
    more: "It has no login, so it listens on 127.0.0.1 only; --host 0.0.0.0 opens it to the network.",
  },
  start: {
    summary: "run the engine for production: keys required, everything signed",
    more: "It listens on 0.0.0.0. Keys are better given by INNGEST_SIGNING_KEY and INNGEST_EVENT_KEY than as flags.",
  },
};

const settingsHelp = `
Every flag can also be set by a variable (--poll-interval: STEPWELL_POLL_INTERVAL or INNGEST_POLL_INTERVAL) and in
stepwell.json, stepwell.yaml or stepwell.yml, here or in a folder above (poll-interval: 5). Flags win, then variables.`;

/** Adds the command to the program. `serve` is loaded when it is run: the other commands do without the engine. */
export function addServeCommand(program: Command, name: ServeCommand, terminal: Terminal): void {
  const { summary, more } = texts[name];
  const command = program.command(name).summary(summary).description(`${summary}\n\n${more}`);
  for (const flag of flags) {
    if (flag.only === undefined || flag.only === name) command.addOption(toOption(flag));
    if (flag.name === "host") command.addOption(new Option("--config <file>", "config file to read"));
  }
  command.addHelpText("after", settingsHelp);
  command.action(async () => {
    const configPath = (command.getOptionValue("config") as string | undefined) ?? null;
    const { env, cwd, home, isTerminal } = terminal;
    const source: SettingsSource = {
      command: name,
      given: givenFlags(command),
      configPath,
      env,
      cwd,
      home,
      isTerminal,
    };
    const settings = resolveSettings(source);
    const { serve } = await import("../serve.ts");
    await serve(name, settings, terminal);
  });
}
