/** Rules and channels by their names or ids, as people type them. Used by the commands beside it. */
import type { AlertChannelAnswer, AlertRuleAnswer } from "../../../api/answers.ts";
import type { EngineClient } from "../../../client/engine-client.ts";
import { CliError } from "../../cli-error.ts";

/** @throws CliError listing what there is */
function pick<T extends { id: string; name: string }>(all: readonly T[], wanted: string, what: string): T {
  const found = all.find(({ id, name }) => name === wanted || id === wanted.toUpperCase());
  if (found !== undefined) return found;
  const known = all.length === 0 ? "There is none." : `There are: ${all.map(({ name }) => `"${name}"`).join(", ")}.`;
  throw new CliError(`There is no ${what} "${wanted}". ${known}`);
}

export async function resolveRule({ alerts }: EngineClient, wanted: string): Promise<AlertRuleAnswer> {
  return pick(await alerts.rules.list(), wanted, "rule");
}

export async function resolveChannel({ alerts }: EngineClient, wanted: string): Promise<AlertChannelAnswer> {
  return pick(await alerts.channels.list(), wanted, "channel");
}
