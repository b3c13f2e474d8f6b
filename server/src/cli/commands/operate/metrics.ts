/** `stepwell metrics`: how functions went in a while, all of them or one with its buckets and errors. Called by program. */
import { type Command, Option } from "commander";
import type { BacklogAnswer, FiguresAnswer, MetricsAnswer, SpreadAnswer } from "../../../api/answers.ts";
import { CliError } from "../../cli-error.ts";
import type { Colors } from "../../format/colors.ts";
import { formatDuration, formatMoment } from "../../format/format-duration.ts";
import { type Cell, renderTable } from "../../format/table.ts";
import { parseMoment } from "../../parse/parse-moment.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveFunction } from "../client-options.ts";

interface MetricsOptions extends ClientOptions {
  app?: string;
  since: string;
  until?: string;
  bucket?: string;
}

const none = "–";
const time = (spread: SpreadAnswer | null, name: "avg" | "p50" | "p95" | "p99"): string =>
  spread === null ? none : formatDuration(spread[name]);

function success({ successRate }: FiguresAnswer, { green, yellow, red }: Colors): Cell {
  if (successRate === null) return none;
  const percent = successRate * 100;
  const text = `${percent.toFixed(Number.isInteger(percent) ? 0 : 1)} %`;
  return { text, paint: successRate === 1 ? green : successRate >= 0.7 ? yellow : red };
}

const ended = ({ completed, failed, cancelled }: FiguresAnswer): string => String(completed + failed + cancelled);

function queueOf({ queued, oldestAgeMs }: BacklogAnswer): string {
  return oldestAgeMs === null ? String(queued) : `${queued}, oldest ${formatDuration(oldestAgeMs)}`;
}

function renderFunctions(answer: MetricsAnswer, { colors, now }: Terminal): string[] {
  const head = ["FUNCTION", "RUNS", "SUCCESS", "P50", "P95", "WAIT P95", "RETRIES", "QUEUED", "DEAD", "LAST SUCCESS"];
  const rows = answer.functions.map(({ function: fn, total, queue, lastSuccessAt }): Cell[] => [
    fn.id,
    ended(total),
    success(total, colors),
    time(total.runMs, "p50"),
    time(total.runMs, "p95"),
    time(total.waitMs, "p95"),
    String(total.retries),
    queueOf(queue),
    queue.deadLetters === 0 ? "0" : { text: String(queue.deadLetters), paint: colors.red },
    lastSuccessAt === null ? none : formatMoment(Date.parse(lastSuccessAt), now()),
  ]);
  return renderTable(head, rows, colors);
}

function renderBuckets({ buckets }: MetricsAnswer, { colors, now }: Terminal): string[] {
  const shown = buckets.filter(
    ({ started, completed, failed, cancelled }) => started + completed + failed + cancelled > 0,
  );
  if (shown.length === 0) return [];
  const head = ["FROM", "RUNS", "FAILED", "SUCCESS", "AVG", "P50", "P95", "WAIT P95"];
  const rows = shown.map((bucket): Cell[] => [
    formatMoment(Date.parse(bucket.at), now()),
    ended(bucket),
    bucket.failed === 0 ? "0" : { text: String(bucket.failed), paint: colors.red },
    success(bucket, colors),
    time(bucket.runMs, "avg"),
    time(bucket.runMs, "p50"),
    time(bucket.runMs, "p95"),
    time(bucket.waitMs, "p95"),
  ]);
  return ["", ...renderTable(head, rows, colors)];
}

function renderOne(answer: MetricsAnswer, terminal: Terminal): string[] {
  const { total, queue, lastSuccessAt } = answer;
  const { colors, now } = terminal;
  const row = (label: string, value: string): string => `  ${colors.dim(label.padEnd(13))} ${value}`;
  const rate = success(total, colors);
  const spread = ({ avg, p50, p95, p99 }: SpreadAnswer): string =>
    `avg ${formatDuration(avg)}, p50 ${formatDuration(p50)}, p95 ${formatDuration(p95)}, p99 ${formatDuration(p99)}`;
  return [
    row("runs", `${total.completed} completed, ${total.failed} failed, ${total.cancelled} cancelled`),
    row("success", typeof rate === "string" ? rate : rate.paint(rate.text)),
    row("run time", total.runMs === null ? none : spread(total.runMs)),
    row("waiting time", total.waitMs === null ? none : spread(total.waitMs)),
    row("retries", String(total.retries)),
    row("queue", `${queueOf(queue)}; ${queue.running} running`),
    row("dead letters", String(queue.deadLetters)),
    row("last success", lastSuccessAt === null ? none : formatMoment(Date.parse(lastSuccessAt), now())),
    ...total.errors.map(({ name, count }) => row("error", `${name} ${colors.dim(`${count} times`)}`)),
    ...renderBuckets(answer, terminal),
  ];
}

const bucketNames = ["minute", "hour", "day"];

export function addMetricsCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("metrics [function]")
    .description("show how functions did: success, run and waiting times, errors, the queue")
    .addOption(new Option("--app <app>", "only those of one app"))
    .addOption(new Option("--since <time>", "from then on: a date, or how long ago, such as 2h").default("24h"))
    .addOption(new Option("--until <time>", "up to then. Without it: now"))
    .addOption(new Option("--bucket <length>", `${bucketNames.join(", ")}. Without it the range decides`));
  addClientOptions(command).action(async (name: string | undefined, options: MetricsOptions) => {
    const { print, now } = terminal;
    const query = new URLSearchParams({ from: String(parseMoment(options.since, "--since", now())) });
    if (options.until !== undefined) query.set("to", String(parseMoment(options.until, "--until", now())));
    if (options.app !== undefined) query.set("app", options.app);
    if (options.bucket !== undefined) {
      if (!bucketNames.includes(options.bucket))
        throw new CliError(`--bucket is "${options.bucket}": expected one of ${bucketNames.join(", ")}.`);
      query.set("bucket", options.bucket);
    }
    const client = clientOf(options, terminal);
    if (name !== undefined) query.set("function", await resolveFunction(client, name));
    const answer = await client.get<MetricsAnswer>(`/v2/metrics?${query}`);
    if (options.json === true) return print(JSON.stringify(answer));
    if (name !== undefined) for (const line of renderOne(answer, terminal)) print(line);
    else if (answer.functions.length === 0) print("Nothing has run since then. --since goes further back.");
    else for (const line of renderFunctions(answer, terminal)) print(line);
  });
}
