/**
 * `npm run demo`: starts the engine and the app, sends one job through them and shows what happens.
 * Ends with exit code 0 and `demo: completed run <id> in <n> ms`, or with 1 and the reason.
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { DemoArguments } from "./demo/arguments.ts";
import { readArguments, USAGE } from "./demo/arguments.ts";
import { followRun } from "./demo/follow-run.ts";
import { request } from "./demo/http.ts";
import { createKillOnce, KILLED_STEP_MS } from "./demo/kill-once.ts";
import type { Stage } from "./demo/stage.ts";
import { createStage } from "./demo/stage.ts";
import { assertGitRepository } from "./src/commits/local-git.ts";
import { parseRepoRef, toRepoId } from "./src/commits/repo-ref.ts";
import { formatReport } from "./src/report.ts";

const THIS_REPOSITORY = resolve(fileURLToPath(import.meta.url), "../../..");

/** Set while `--keep` waits for Ctrl-C. */
let endKeeping: (() => void) | null = null;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options.help) return print(USAGE);
  const repo = parseRepoRef(options.repo ?? THIS_REPOSITORY, process.env.INIT_CWD ?? process.cwd());
  if (repo.kind === "local") await assertGitRepository(repo.path);

  const deadline = Date.now() + options.timeoutMs;
  const stage = await createStage({ cwd: process.cwd(), slowMs: options.kill ? KILLED_STEP_MS : 0, deadline });
  let lastLine: string;
  try {
    print(
      `Analysing ${toRepoId(repo).replace(/^local:/, "")}\n  engine ${stage.engineUrl}\n  app    ${stage.appUrl}/api/inngest\n`,
    );
    lastLine = await runDemo(stage, toRepoId(repo), options, deadline);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const failure = new Error(`${reason}\n${stage.logs()}`, { cause });
    await stage.close();
    throw failure;
  }
  if (options.keep) {
    print(`Engine and app keep running until Ctrl-C; their data is in ${stage.dataDir}.\n${lastLine}`);
    await new Promise<void>((resolveKept) => {
      endKeeping = resolveKept;
    });
  }
  await stage.close();
  if (!options.keep) print(lastLine);
}

/** @returns the demo's last line. */
async function runDemo(stage: Stage, repoId: string, options: DemoArguments, deadline: number): Promise<string> {
  const startedAtMs = Date.now();
  const jobId = await startJob(stage, repoId);
  const kill = options.kill ? createKillOnce(stage, print) : null;
  const onLook = kill?.onLook ?? (async () => {});
  const { job, runId, endedAtMs } = await followRun(stage, { jobId, deadline, print, onLook });
  if (job.result === null) throw new Error(`Job ${jobId} is done but holds no result.`);
  print(`\n${formatReport(job.result)}\n`);
  if (kill !== null) print(`${kill.report(job.steps)}\n`);
  print(`Run    ${stage.engineUrl}/v1/runs/${runId}\nSteps  ${stage.engineUrl}/v1/runs/${runId}/steps`);
  print(`Result ${stage.appUrl}/api/analysis/${jobId}`);
  if (options.keep) print(`File   ${job.resultPath}`);
  else print("These addresses answer while engine and app run: npm run demo -- --keep");
  return `demo: completed run ${runId} in ${endedAtMs - startedAtMs} ms`;
}

async function startJob(stage: Stage, repoId: string): Promise<string> {
  const answer = await request("POST", `${stage.appUrl}/api/analysis/start`, { repoId, userId: "demo" });
  const { jobId, error } = (answer?.body ?? {}) as { jobId?: string; error?: string };
  if (answer?.status !== 202 || jobId === undefined) {
    throw new Error(`The app did not start the job: ${error ?? `status ${answer?.status ?? "none"}`}`);
  }
  return jobId;
}

// A closed pipe (`npm run demo | head -3`) ends the demo; the children end with it.
process.stdout.on("error", () => process.exit(1));
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => {
    if (endKeeping === null) process.exit(code);
    endKeeping();
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`demo: failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
