import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../../../examples/repo-analysis/src/app.ts";
import type { CommitSource } from "../../../examples/repo-analysis/src/commits/commit.ts";
import { createLocalGit } from "../../../examples/repo-analysis/src/commits/local-git.ts";
import type { Database } from "../../../examples/repo-analysis/src/database.ts";
import { openDatabase } from "../../../examples/repo-analysis/src/database.ts";
import { createJobClaims } from "../../../examples/repo-analysis/src/job-claims.ts";
import type { Jobs } from "../../../examples/repo-analysis/src/jobs.ts";
import { createJobs } from "../../../examples/repo-analysis/src/jobs.ts";
import { createSecrets } from "../../../examples/repo-analysis/src/secrets.ts";
import { writeResult } from "../../../examples/repo-analysis/src/write-result.ts";
import type { TestRepository } from "./build-repository.ts";
import { buildRepository } from "./build-repository.ts";

const FUNCTION_ID = "repo-analysis-analyze-repo";
const STEPS = ["load-job-context", "fetch-commit-list", "fetch-commit-details", "compute-analysis", "save-results"];

interface Op {
  id: string;
  op: string;
  displayName: string;
  data: unknown;
  error?: { name: string; message: string };
}

describe("the app", () => {
  let repository: TestRepository;
  let dataDir = "";
  let database: Database;
  let jobs: Jobs;
  let sent: { name: string; data: { jobId: string } }[] = [];
  let eventStatus = 200;
  /** Takes events as an engine does. */
  const engine = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on("end", () => {
      if (eventStatus === 200) sent.push(...(JSON.parse(text) as typeof sent));
      response.writeHead(eventStatus, { "content-type": "application/json" });
      response.end(
        JSON.stringify(eventStatus === 200 ? { ids: ["01EVENT"], status: 200 } : { error: "no", status: eventStatus }),
      );
    });
  });

  beforeEach(async () => {
    sent = [];
    eventStatus = 200;
    repository = buildRepository();
    repository.write("a.ts", "1\n2\n");
    repository.commit("feat: start", "2024-01-01T22:30:00+09:00");
    dataDir = mkdtempSync(join(tmpdir(), "repo-analysis-app-"));
    database = openDatabase(":memory:");
    jobs = createJobs(database, () => 0);
    await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
    vi.stubEnv("INNGEST_DEV", `http://127.0.0.1:${(engine.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    engine.closeAllConnections();
    await new Promise((resolve) => engine.close(resolve));
    database.close();
    repository.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });

  function open(openRepo: (repoId: string) => CommitSource = (repoId) => createLocalGit(repoId.replace("local:", ""))) {
    return createApp({
      jobs,
      openRepo,
      writeResult: (jobId, result) => writeResult(join(dataDir, "results"), jobId, result),
      now: () => 0,
      slowDetailsMs: 0,
      maxCommits: 100,
      cwd: repository.path,
      claims: createJobClaims(database, () => 0),
      secrets: createSecrets(database, null),
      hasWorker: false,
    });
  }
  const post = (app: ReturnType<typeof open>, path: string, body: unknown) =>
    app.request(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });

  async function start(app: ReturnType<typeof open>): Promise<string> {
    const response = await post(app, "/api/analysis/start", { repoId: ".", userId: "me" });
    expect(response.status).toBe(202);
    return ((await response.json()) as { jobId: string }).jobId;
  }
  /** One call, as the engine makes it. */
  function call(
    app: ReturnType<typeof open>,
    fnId: string,
    event: unknown,
    memo: Record<string, unknown>,
    stack: string[],
  ) {
    return post(app, `/api/inngest?fnId=${fnId}&stepId=step`, {
      version: 2,
      event,
      events: [event],
      steps: memo,
      ctx: {
        run_id: "01RUN",
        attempt: 0,
        max_attempts: 6,
        disable_immediate_execution: false,
        use_api: false,
        stack: { stack, current: stack.length },
      },
    });
  }
  /** Plays the engine: calls the function until it ends. @returns each step's op, and the last answer. */
  async function play(app: ReturnType<typeof open>, event: unknown) {
    const ops: Op[] = [];
    const memo: Record<string, unknown> = {};
    for (let calls = 0; calls < 10; calls += 1) {
      const response = await call(app, FUNCTION_ID, event, memo, Object.keys(memo));
      const body: unknown = await response.json();
      if (response.status !== 206) return { ops, status: response.status, body };
      const [op] = body as [Op];
      ops.push(op);
      if (op.op !== "StepRun") return { ops, status: response.status, body };
      memo[op.id] = { type: "data", data: op.data };
    }
    throw new Error("The function did not end.");
  }

  it("starts a job, runs its five steps once each, and saves the result", async () => {
    const app = open();
    const jobId = await start(app);
    expect(sent).toMatchObject([
      { name: "repo/analyze.requested", data: { jobId, userId: "me", repoId: `local:${repository.path}` } },
    ]);
    const { ops, status, body } = await play(app, sent[0]);
    expect(ops.map(({ displayName }) => displayName)).toEqual(STEPS);
    expect({ status, body }).toEqual({
      status: 200,
      body: { jobId, resultPath: join(dataDir, "results", `${jobId}.json`), commits: 1 },
    });

    const shown = (await (await app.request(`/api/analysis/${jobId}`)).json()) as Record<string, unknown>;
    expect(shown).toMatchObject({
      status: "done",
      runId: "01RUN",
      steps: STEPS.map((step) => ({ step, executions: 1 })),
    });
    const saved: unknown = JSON.parse(readFileSync(join(dataDir, "results", `${jobId}.json`), "utf8"));
    expect(saved).toEqual(shown["result"]);
    expect(saved).toMatchObject({ commits: 1, timeZone: "author", truncated: false, churn: { added: 2, removed: 0 } });
    expect((saved as { byHour: number[] }).byHour[22]).toBe(1);
  });

  it("analyses a repository without commits", async () => {
    const empty = buildRepository();
    try {
      const app = open(() => createLocalGit(empty.path));
      const jobId = await start(app);
      expect(await play(app, sent[0])).toMatchObject({ status: 200, body: { jobId, commits: 0 } });
    } finally {
      empty.remove();
    }
  });

  it("marks the job when the run failed for good", async () => {
    const app = open();
    const jobId = await start(app);
    const failed = {
      name: "inngest/function.failed",
      data: {
        function_id: FUNCTION_ID,
        run_id: "01RUN",
        error: { name: "Error", message: "disk full" },
        event: sent[0],
      },
    };
    const memo: Record<string, unknown> = {};
    const response = await call(app, `${FUNCTION_ID}-failure`, failed, memo, []);
    expect(response.status).toBe(200);
    expect(jobs.find(jobId)).toMatchObject({
      status: "error",
      errorMessage: "disk full",
      completedAt: "1970-01-01T00:00:00.000Z",
    });
  });

  it("does not retry when the repository has gone or the job is unknown", async () => {
    const app = open();
    await start(app);
    repository.remove();
    const { ops } = await play(app, sent[0]);
    expect(ops.at(-1)).toMatchObject({
      op: "StepFailed",
      displayName: "fetch-commit-list",
      error: { name: "NonRetriableError" },
    });
    const unknown = await play(app, { name: "repo/analyze.requested", data: { jobId: "x", userId: "u", repoId: "r" } });
    expect(unknown.ops).toMatchObject([
      { op: "StepFailed", error: { message: expect.stringContaining("There is no job x") as string } },
    ]);
  });

  it.each([
    [{}, /Expected JSON such as/],
    [{ repoId: 5 }, /Expected JSON such as/],
    [{ repoId: "/no/such/folder" }, /is not a folder/],
    [{ repoId: "https://example.com/a/b" }, /Cannot read commits from/],
  ])("refuses to start %j, without a job row or an event", async (body, message) => {
    const response = await post(open(), "/api/analysis/start", body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(message);
    expect(sent).toEqual([]);
    expect(database.prepare("SELECT count(*) AS n FROM analysis_jobs").get()).toMatchObject({ n: 0 });
  });

  it("marks the job when its event cannot be sent", async () => {
    eventStatus = 401;
    const response = await post(open(), "/api/analysis/start", { repoId: "." });
    expect(response.status).toBe(502);
    const { jobId } = (await response.json()) as { jobId: string };
    expect(jobs.find(jobId)).toMatchObject({ status: "error" });
  });

  it("answers 404 for a job it does not know", async () => {
    expect((await open().request("/api/analysis/nope")).status).toBe(404);
  });
});
