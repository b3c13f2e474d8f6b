/** What the commands that work on many runs share: their filter, and waiting for the job that works through them. */
import { type Command, Option } from "commander";
import type { BulkJobAnswer } from "../../api/answers.ts";
import type { ApiClient } from "../api-client.ts";
import { CliError } from "../cli-error.ts";
import { createProgress } from "../create-progress.ts";
import { delay } from "../delay.ts";
import { parseMoment } from "../parse/parse-moment.ts";
import type { Terminal } from "../terminal.ts";
import { type ClientOptions, resolveFunction } from "./client-options.ts";

export interface BulkOptions extends ClientOptions {
  function?: string;
  app?: string;
  since?: string;
  until?: string;
  if?: string;
  all?: boolean;
}

const lookMs = 100;

/** Adds `--function`, `--app`, `--since`, `--until`, `--if` and `--all`. */
export function addBulkOptions(command: Command): Command {
  return command
    .addOption(new Option("--function <function>", "those of one function"))
    .addOption(new Option("--app <app>", "those of one app"))
    .addOption(new Option("--since <time>", "queued since then: a date, or how long ago, such as 2h"))
    .addOption(new Option("--until <time>", "queued before then"))
    .addOption(
      new Option("--if <condition>", "CEL over event, output and error, such as \"event.data.plan == 'free'\""),
    )
    .addOption(new Option("--all", "all of them, where nothing else narrows it"));
}

/** The body of a bulk request; null when no flag asks for one. @throws CliError */
export async function toBulkFilter(
  client: ApiClient,
  options: BulkOptions,
  now: number,
): Promise<Record<string, unknown> | null> {
  const { app, since, until, if: condition, all } = options;
  const filter = {
    ...(options.function === undefined ? {} : { functionId: await resolveFunction(client, options.function) }),
    ...(app === undefined ? {} : { appId: app }),
    ...(since === undefined ? {} : { from: new Date(parseMoment(since, "--since", now)).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(parseMoment(until, "--until", now)).toISOString() }),
    ...(condition === undefined ? {} : { if: condition }),
  };
  if (Object.keys(filter).length > 0 || all === true) return filter;
  return null;
}

/** One run by its id, or many by a filter: not both, and not neither. @throws CliError */
export function assertOneOrMany(id: string | undefined, filter: object | null, what: string): void {
  if (id !== undefined && filter !== null)
    throw new CliError(`Give the id of ${what}, or a filter for many: not both.`);
  if (id === undefined && filter === null)
    throw new CliError(
      `Which? Give the id of ${what}, or a filter for many: --function, --app, --since, --if, or --all.`,
    );
}

/** Where each kind of job is begun, and what it does to what. */
const jobs = {
  cancel: { path: "/v2/cancellations", verb: "cancelled", noun: "runs" },
  rerun: { path: "/v2/reruns", verb: "started again", noun: "runs" },
  retry: { path: "/v2/dead-letters/retry", verb: "retried", noun: "dead letters" },
  drop: { path: "/v2/dead-letters/drop", verb: "dropped", noun: "dead letters" },
} as const;

/** How many there are, where the job is about all; null where nobody has counted. */
async function totalOf({ engine }: ApiClient, kind: keyof typeof jobs, body: object | null): Promise<number | null> {
  const isNarrowed = Object.keys(body ?? {}).some((name) => name !== "reason");
  if (isNarrowed) return null;
  const { openRuns, runs, deadLetters } = await engine.storage();
  return { cancel: openRuns, rerun: runs, retry: deadLetters, drop: deadLetters }[kind];
}

/** Starts a job, and resolves with it when it has worked through all runs. How far it is, is shown meanwhile. */
export async function runBulkJob(
  client: ApiClient,
  kind: keyof typeof jobs,
  body: object | null,
  terminal: Terminal,
): Promise<BulkJobAnswer> {
  const { path, ...words } = jobs[kind];
  const total = await totalOf(client, kind, body).catch(() => null);
  const progress = createProgress(words, terminal);
  const { data } = (await client.request("POST", path, body)) as { data: BulkJobAnswer };
  try {
    for (;;) {
      const job = await client.engine.bulkJobs.get(data.id);
      if (job.status !== "RUNNING") return job;
      progress.update(job.matched, total);
      await delay(lookMs);
    }
  } finally {
    progress.end();
  }
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** One line about a job that has ended. `done` as in "cancelled 3 runs". */
export function printJob(
  job: BulkJobAnswer,
  done: string,
  noun: string,
  json: boolean,
  { print, colors }: Terminal,
): void {
  const stopped = job.status === "STOPPED" ? " before the job was stopped" : "";
  print(json ? JSON.stringify(job) : `${colors.green("✓")} ${done} ${count(job.matched, noun)}${stopped}`);
}
