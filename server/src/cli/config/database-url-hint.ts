/** What to say to somebody whose address of a Postgres is not read. Called by serve. */
import type { ServeCommand, Settings } from "./resolve-settings.ts";

/**
 * `DATABASE_URL` is an app's own, so the engine does not take it. Who has set it and nothing else about the state may have meant it for
 * the engine. Null when there is nothing to say. Never shows the address, which holds a password.
 */
export function databaseUrlHint(
  command: ServeCommand,
  { data, postgres, isDataGiven }: Pick<Settings, "data" | "postgres" | "isDataGiven">,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const isPostgres = /^postgres(?:ql)?:\/\//i.test(env["DATABASE_URL"] ?? "");
  if (command !== "start" || !isPostgres || postgres !== null || data === null || isDataGiven) return null;
  return `DATABASE_URL is set and not read, because it is your app's own: the state is kept in the folder ${data}. To keep it in that Postgres, set STEPWELL_POSTGRES_URI=$DATABASE_URL. To keep it here and not see this, give --data.`;
}
