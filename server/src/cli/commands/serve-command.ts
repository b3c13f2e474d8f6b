/** `stepwell dev` and `stepwell start`: their flags, from the table of settings, and the way to `serve`. Called by program. */
import type { Command } from "commander";
import type { ServeCommand, SettingsSource } from "../config/resolve-settings.ts";
import type { Terminal } from "../terminal.ts";
import { addFlagOptions, givenFlags } from "./flag-options.ts";

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
stepwell.json, stepwell.yaml or stepwell.yml, here or in a folder above (poll-interval: 5). Flags win, then variables.
STEPWELL_DATABASE_URL names a Postgres too. DATABASE_URL is not read: it is your app's own.`;

/** Adds the command to the program. The engine and the reader of config files are loaded when it is run: other commands do without. */
export function addServeCommand(program: Command, name: ServeCommand, terminal: Terminal): void {
  const { summary, more } = texts[name];
  const command = program.command(name).summary(summary).description(`${summary}\n\n${more}`);
  addFlagOptions(command, ({ only }) => only === undefined || only === name, "host");
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
    const { resolveSettings } = await import("../config/resolve-settings.ts");
    const settings = resolveSettings(source);
    const { serve } = await import("../serve.ts");
    await serve(name, settings, terminal);
  });
}
