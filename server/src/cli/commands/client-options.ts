/** What the commands that talk to a running engine share: its address, keys, and how to find a function or run in it. */
import { type Command, Option } from "commander";
import type { AppV1Answer, FunctionV1Answer, RunV1Answer } from "../../api/answers.ts";
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

interface Served {
  app: string;
  slug: string;
}

async function listFunctions(client: ApiClient): Promise<Served[]> {
  const apps = await client.get<AppV1Answer[]>("/v1/apps");
  const lists = await Promise.all(
    apps.map(async ({ name }) => {
      const functions = await client.request("GET", `/v1/apps/${encodeURIComponent(name)}/functions`);
      return (functions as FunctionV1Answer[]).map(({ id }) => ({ app: name, slug: id }));
    }),
  );
  return lists.flat();
}

/**
 * The slug of a function, from its slug or from its id alone where only one app has it.
 * @throws CliError listing what there is
 */
export async function resolveFunction(client: ApiClient, name: string): Promise<string> {
  const served = await listFunctions(client);
  if (served.some(({ slug }) => slug === name)) return name;
  const matches = served.filter(({ app, slug }) => slug === `${app}-${name}`);
  if (matches.length === 1 && matches[0] !== undefined) return matches[0].slug;
  if (matches.length > 1)
    throw new CliError(
      `More than one app has a function "${name}". Name one: ${matches.map(({ slug }) => slug).join(", ")}.`,
    );
  const known =
    served.length === 0
      ? "No app is synced with the engine yet."
      : `There are: ${served.map(({ slug }) => slug).join(", ")}.`;
  throw new CliError(`The engine at ${client.url} serves no function "${name}". ${known}`);
}

const runIdLength = 26;
const searched = 100;

/**
 * A run's whole id, from it or from its last characters, at least 4, among the newest 100 runs.
 * @throws CliError
 */
export async function resolveRunId(client: ApiClient, id: string): Promise<string> {
  const wanted = id.toUpperCase();
  if (wanted.length === runIdLength) return wanted;
  if (!/^[0-9A-Z]{4,25}$/.test(wanted))
    throw new CliError(
      `"${id}" is no run id: expected its 26 letters and digits, or at least the last 4. \`stepwell runs\` lists them.`,
    );
  const runs = await client.get<RunV1Answer[]>(`/v1/runs?limit=${searched}`);
  const matches = runs.filter(({ run_id }) => run_id.endsWith(wanted));
  if (matches.length === 1 && matches[0] !== undefined) return matches[0].run_id;
  if (matches.length > 1)
    throw new CliError(
      `More than one run ends in ${wanted}. Give more of the id: ${matches.map(({ run_id }) => run_id).join(", ")}.`,
    );
  throw new CliError(
    `None of the newest ${searched} runs ends in ${wanted}. Give the whole id; \`stepwell runs\` lists them.`,
  );
}
