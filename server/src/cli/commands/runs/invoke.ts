/** `stepwell invoke`: starts one function on a running engine, and can wait for its end. Called by program. */
import { type Command, Option } from "commander";
import type { RunV1Answer } from "../../../api/answers.ts";
import type { ApiClient } from "../../api-client.ts";
import { CliError } from "../../cli-error.ts";
import { errorMessage } from "../../format/error-message.ts";
import { formatDuration } from "../../format/format-duration.ts";
import { hasEnded } from "../../has-ended.ts";
import { pulseOf } from "../../live/run-pulse.ts";
import { readData } from "../../parse/parse-data.ts";
import { parseDuration } from "../../parse/parse-duration.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveFunction } from "../client-options.ts";

interface InvokeOptions extends ClientOptions {
  data?: string;
  wait?: boolean;
  timeout?: string;
}

/** Waits for the end of a run. `timeoutMs` null: for as long as it takes. @throws CliError */
async function waitForEnd(
  client: ApiClient,
  runId: string,
  timeoutMs: number | null,
  interrupted: AbortSignal,
): Promise<RunV1Answer> {
  const timeout = timeoutMs === null ? [] : [AbortSignal.timeout(timeoutMs)];
  for await (const _ of pulseOf(client.engine, runId, { signal: AbortSignal.any([interrupted, ...timeout]) })) {
    const run = await client.get<RunV1Answer>(`/v1/runs/${runId}`);
    if (hasEnded(run)) return run;
  }
  const why = interrupted.aborted ? "" : ` within ${formatDuration(timeoutMs ?? 0)}`;
  throw new CliError(`Run ${runId} has not ended${why}; it goes on. \`stepwell run ${runId}\` shows it.`);
}

function printEnd(run: RunV1Answer, options: InvokeOptions, { print, warn, colors, setExitCode }: Terminal): void {
  if (run.status !== "Completed") setExitCode(1);
  if (options.json === true) print(JSON.stringify(run));
  else if (run.status === "Completed") print(JSON.stringify(run.output ?? null, null, 2));
  else {
    const reason = run.status === "Failed" ? `: ${errorMessage(run.output)}` : "";
    warn(colors.red(`✗ run ${run.run_id} ${run.status.toLowerCase()}${reason}`));
  }
}

export function addInvokeCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("invoke")
    .description("start one function on a running engine")
    .argument("<function>", "its id, or <app>-<function> where several apps have it")
    .addOption(new Option("-d, --data <json>", "its event's data: JSON, @file.json, or - for standard input"))
    .addOption(new Option("-w, --wait", "wait for the end and print the result; exit code 1 unless it completed"))
    .addOption(new Option("--timeout <time>", "with --wait: give up after this time, such as 30s or 5m"));
  addClientOptions(command).action(async (name: string, options: InvokeOptions) => {
    const timeoutMs = options.timeout === undefined ? null : parseDuration(options.timeout, "--timeout");
    if (timeoutMs !== null && options.wait !== true)
      throw new CliError("--timeout needs --wait: without it nothing is waited for.");
    const data = await readData(options.data, terminal);
    const client = clientOf(options, terminal);
    const slug = await resolveFunction(client, name);
    const started = (await client.request("POST", `/invoke/${encodeURIComponent(slug)}`, { data })) as {
      run_id: string;
    };
    if (options.wait === true)
      return printEnd(await waitForEnd(client, started.run_id, timeoutMs, terminal.interrupted()), options, terminal);
    const { print, colors } = terminal;
    print(
      options.json === true
        ? JSON.stringify(started)
        : `${colors.green("✓")} started ${slug}  ${colors.dim(`stepwell run ${started.run_id}`)}`,
    );
  });
}
