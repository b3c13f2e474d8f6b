/** What the commands that talk to a running engine share: its address, keys, and how to find a function or run in it. */
import { type Command, Option } from "commander";
import type { FunctionAnswer } from "../../api/answers.ts";
import { shownUrl } from "../../domain/shown-url.ts";
import { type ApiClient, createApiClient } from "../api-client.ts";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

export interface ClientOptions {
  url?: string;
  apiKey?: string;
  signingKey?: string;
  json?: boolean;
}

const defaultUrl = "http://127.0.0.1:8288";

/** Adds `--url`, `--api-key`, `--signing-key` and `--json`. */
export function addClientOptions(command: Command): Command {
  return command
    .addOption(new Option("--url <url>", `address of the engine (STEPWELL_URL, INNGEST_BASE_URL, ${defaultUrl})`))
    .addOption(new Option("--api-key <key>", "for an engine in start mode (STEPWELL_API_KEY)"))
    .addOption(new Option("--signing-key <key>", "the engine's own key, which may do all (INNGEST_SIGNING_KEY)"))
    .addOption(new Option("--json", "print JSON"));
}

/** @throws CliError when the address is none */
export function clientOf(options: ClientOptions, { env }: Terminal): ApiClient {
  const address = options.url ?? (env["STEPWELL_URL"] || env["INNGEST_BASE_URL"] || defaultUrl);
  const url = /^[a-z]+:\/\//i.test(address) ? address : `http://${address}`;
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new CliError(`--url is "${shownUrl(address)}": expected one like ${defaultUrl}.`);
  // What is given on the command line beats the environment; there, the key that may do less comes first.
  const given = options.apiKey ?? options.signingKey;
  const apiKey = given === undefined ? env["STEPWELL_API_KEY"] || null : (options.apiKey ?? null);
  const signingKey = options.signingKey ?? (env["STEPWELL_SIGNING_KEY"] || env["INNGEST_SIGNING_KEY"] || null);
  return createApiClient({ url, signingKey: apiKey === null ? signingKey : null, apiKey });
}

const listed = (entries: readonly string[]): string => entries.join(", ");

/** Functions that a name may mean: the one of this slug, else those of this id, else those that are called so. */
function functionsCalled(name: string, served: readonly FunctionAnswer[]): FunctionAnswer[] {
  const whole = served.filter(({ slug }) => slug === name);
  if (whole.length > 0) return whole;
  const byId = served.filter(({ app, slug }) => slug === `${app.id}-${name}`);
  return byId.length > 0 ? byId : served.filter((fn) => fn.name.toLowerCase() === name.toLowerCase());
}

async function servedBy({ engine }: ApiClient): Promise<FunctionAnswer[]> {
  return (await engine.functions.list()).filter(({ isArchived }) => !isArchived);
}

/** The slug of the only one; null when there is none. @throws CliError listing them when there are more */
function onlySlug(name: string, matches: readonly FunctionAnswer[]): string | null {
  if (matches.length <= 1) return matches[0]?.slug ?? null;
  const slugs = matches.map(({ slug }) => slug);
  throw new CliError(`More than one app has a function "${name}". Name one: ${listed(slugs)}.`);
}

const knownFunctions = (served: readonly FunctionAnswer[]): string =>
  served.length === 0
    ? "No app is synced with the engine yet."
    : `There are: ${listed(served.map(({ slug }) => slug))}.`;

/**
 * The slug of a function, from its slug, or from its id or name alone where only one app has it.
 * @throws CliError listing what there is
 */
export async function resolveFunction(client: ApiClient, name: string): Promise<string> {
  const served = await servedBy(client);
  const slug = onlySlug(name, functionsCalled(name, served));
  if (slug !== null) return slug;
  throw new CliError(`The engine at ${client.url} serves no function "${name}". ${knownFunctions(served)}`);
}

const runIdLength = 26;
const searched = 100;
const partOfRunId = /^[0-9A-Z]{4,25}$/;

/**
 * The only id that begins or ends with a part, in capitals; null when none does.
 * @throws CliError when more do
 */
export function onlyIdWith(part: string, ids: readonly string[], what: string): string | null {
  const matches = ids.filter((id) => id.endsWith(part) || id.startsWith(part));
  if (matches.length <= 1) return matches[0] ?? null;
  throw new CliError(`More than one ${what} begins or ends with ${part}. Give more of the id: ${listed(matches)}.`);
}

async function findRun({ engine }: ApiClient, part: string): Promise<string | null> {
  const { data } = await engine.runs.list({ limit: searched });
  return onlyIdWith(
    part,
    data.map(({ id }) => id),
    "run",
  );
}

/**
 * A run's whole id, from it or from its first or last characters, at least 4, among the newest 100 runs.
 * @throws CliError
 */
export async function resolveRunId(client: ApiClient, id: string): Promise<string> {
  const wanted = id.toUpperCase();
  if (isWholeId(wanted)) return wanted;
  if (!partOfRunId.test(wanted))
    throw new CliError(
      `"${id}" is no run id: expected its 26 letters and digits, or at least 4 of its beginning or end. \`stepwell runs\` lists them.`,
    );
  const found = await findRun(client, wanted);
  if (found !== null) return found;
  throw new CliError(
    `None of the newest ${searched} runs begins or ends with ${wanted}. Give the whole id; \`stepwell runs\` lists them.`,
  );
}

const isWholeId = (text: string): boolean => text.length === runIdLength && /^[0-9A-Z]+$/.test(text);

/** What a name means where a run or a function may be meant. */
export type Named = { runId: string } | { slug: string };

/**
 * A whole id is a run's; else the name of a function is one; else the beginning or end of an id is a run's.
 * @throws CliError listing what there is
 */
export async function resolveRunOrFunction(client: ApiClient, text: string): Promise<Named> {
  const wanted = text.toUpperCase();
  if (isWholeId(wanted)) return { runId: wanted };
  const served = await servedBy(client);
  const slug = onlySlug(text, functionsCalled(text, served));
  if (slug !== null) return { slug };
  const runId = partOfRunId.test(wanted) ? await findRun(client, wanted) : null;
  if (runId !== null) return { runId };
  throw new CliError(
    `The engine at ${client.url} serves no function "${text}", and none of the newest ${searched} runs begins or ends so. ${knownFunctions(served)}`,
  );
}
