/** Which store a command is about: the flags, variables and config file of `dev` and `start`. For the commands beside it. */
import type { Command } from "commander";
import type { StoreAdmin } from "../../../ports/store-admin.ts";
import { CliError } from "../../cli-error.ts";
import type { Terminal } from "../../terminal.ts";
import { addFlagOptions, givenFlags } from "../flag-options.ts";

const storeFlags: readonly string[] = ["data", "postgres-uri", "postgres-namespace"];

const help = `
The store is that of the engine with the same flags, variables and config file: --postgres-uri, STEPWELL_POSTGRES_URI,
STEPWELL_DATABASE_URL or "postgres-uri" in stepwell.json name a Postgres, --data, STEPWELL_DATA or "data" a folder (.stepwell).
DATABASE_URL is not read: it is your app's own.`;

/** Adds `--data`, `--postgres-uri`, `--postgres-namespace` and `--config`. */
export function addStateOptions(command: Command): Command {
  addFlagOptions(command, ({ name }) => storeFlags.includes(name), "postgres-namespace");
  return command.addHelpText("after", help);
}

/**
 * Gives `work` the store, and closes it.
 * @throws CliError when the settings are wrong or keep no state
 */
export async function withStore<T>(
  command: Command,
  terminal: Terminal,
  work: (admin: StoreAdmin) => Promise<T>,
): Promise<T> {
  const { env, cwd, home, isTerminal } = terminal;
  const configPath = (command.getOptionValue("config") as string | undefined) ?? null;
  const { resolveSettings } = await import("../../config/resolve-settings.ts");
  const settings = resolveSettings({
    command: "start",
    given: givenFlags(command),
    configPath,
    env,
    cwd,
    home,
    isTerminal,
  });
  const store = settings.postgres ?? settings.data;
  if (store === null)
    throw new CliError(
      "The settings keep the state in memory, which ends with the engine. Give --data or --postgres-uri.",
    );
  const { openStoreAdmin } = await import("../../../open-store.ts");
  const admin = openStoreAdmin(store);
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}
