/** The promises of the seed, from outside: engine, app and worker are processes, GitHub is a small real server. */

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEngineApi } from "../../../test/helpers/engine-api.ts";
import { type EngineProcess, startEngineProcess } from "../../../test/helpers/engine-process.ts";
import { eventually } from "../../../test/helpers/eventually.ts";
import { bundledExample, startExample } from "../../../test/helpers/example-app.ts";
import { freePort } from "../../../test/helpers/free-port.ts";
import { tempDirectory } from "../../../test/helpers/temp-directory.ts";
import { startGithub } from "./github-server.ts";

const steps = ["load-job-context", "fetch-commit-list", "fetch-commit-details", "compute-analysis", "save-results"];
const token = "ghp_token_of_ana";
const [eventKey, signingKey] = ["event-key-of-repo-analysis", "c0ffee".repeat(10)];
const serverProgram = await bundledExample("examples/repo-analysis/src/server.ts");
const workerProgram = await bundledExample("examples/repo-analysis/src/worker/worker-main.ts");

interface JobJson {
  status: string;
  runId: string | null;
  workerId: string | null;
  errorMessage: string | null;
  result: { commits: number } | null;
  steps: { step: string; executions: number }[];
}

async function createStage(env: Record<string, string> = {}) {
  const github = await startGithub(token);
  onTestFinished(() => github.close());
  const data = await tempDirectory("repo-analysis");
  const [enginePort, appPort] = [await freePort(), await freePort()];
  const engineUrl = `http://127.0.0.1:${enginePort}`;
  const settings = {
    DATA_DIR: join(data, "app"),
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN_ENCRYPTION_KEY: randomBytes(32).toString("hex"),
    INNGEST_BASE_URL: engineUrl,
    INNGEST_EVENT_KEY: eventKey,
    INNGEST_SIGNING_KEY: signingKey,
    INNGEST_DEV: "0",
    WORKER_POLL_MS: "50",
    ...env,
  };
  const app = await startExample([process.execPath, serverProgram], appPort, settings);
  onTestFinished(() => app.kill());
  const api = createEngineApi(engineUrl, { eventKey, signingKey });
  let engine: EngineProcess | null = null;
  const killEngine = async (): Promise<void> => {
    await engine?.kill();
    engine = null;
  };
  onTestFinished(killEngine);
  const post = async (path: string, body: unknown, method = "POST") => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${app.url}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    github,
    app,
    api,
    post,
    killEngine,
    /** All that is kept by engine and app, as text. */
    kept: () =>
      readdirSync(data, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
        .join(""),
    async startEngine() {
      const keys = ["--signing-key", signingKey, "--event-key", eventKey, "--retry-interval", "1"];
      const args = ["--data", join(data, "engine"), ...keys, "-u", `${app.url}/api/inngest`];
      engine = await startEngineProcess("start", enginePort, args);
      const known = async () => (await api.fetch("/v2/functions/repo-analysis-analyze-repo")).ok || null;
      await eventually("the function", known);
    },
    startWorker() {
      const child = spawn(process.execPath, [workerProgram], { env: { ...process.env, ...settings }, stdio: "ignore" });
      onTestFinished(() => void child.kill("SIGKILL"));
      return child;
    },
    async start(): Promise<string> {
      await post("/api/secrets/ana", { githubToken: token }, "PUT");
      const { status, body } = await post("/api/analysis/start", {
        repoId: "https://github.com/ana/site",
        userId: "ana",
      });
      expect([status, body]).toEqual([202, expect.objectContaining({ jobId: expect.any(String) })]);
      return String(body["jobId"]);
    },
    async job(id: string): Promise<JobJson> {
      return (await (await fetch(`${app.url}/api/analysis/${id}`)).json()) as JobJson;
    },
    ended(id: string, status = "done"): Promise<JobJson> {
      return eventually(`job ${id} to be ${status}`, async () => {
        const job = await this.job(id);
        return job.status === status ? job : null;
      });
    },
  };
}

const once = steps.map((step) => ({ step, executions: 1 }));

describe("analyze-repo", () => {
  it("analyses a private repository in five steps, with a token that is kept sealed", async () => {
    const stage = await createStage();
    await stage.startEngine();
    const job = await stage.ended(await stage.start());
    expect(job).toMatchObject({ steps: once, result: { commits: 130 }, workerId: null });
    expect(stage.github.requests).toHaveLength(2 + 130);
    expect(stage.github.requests.every((one) => one.startsWith(`${token} `))).toBe(true);
    expect((await stage.api.steps(job.runId ?? "")).map(({ name }) => name)).toEqual(steps);
    expect(stage.kept()).not.toContain(token);
  });

  it("comes back when GitHub's rate limit is over, and tries again when GitHub fails", async () => {
    const stage = await createStage();
    await stage.startEngine();
    const reset = String(Math.ceil(Date.now() / 1000) + 1);
    const limited = { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset } };
    stage.github.faults.push(limited, { status: 502 }, { status: 429, headers: { "retry-after": "1" } });
    const job = await stage.ended(await stage.start());
    expect(job.steps).toEqual(steps.map((step) => ({ step, executions: step === "fetch-commit-list" ? 4 : 1 })));
  });

  it("marks the job when its run has failed for good, and Replay goes on from the step that failed", async () => {
    const stage = await createStage();
    await stage.startEngine();
    const id = await stage.start();
    await eventually("the list", () => stage.github.requests.length >= 2 || null);
    stage.github.always = { status: 500 };
    const failed = await stage.ended(id, "error");
    expect(failed.errorMessage).toMatch(/^GitHub answered 500/);
    stage.github.always = null;
    const replay = { method: "POST", headers: { "content-type": "application/json" } };
    const body = JSON.stringify({ fromStep: { stepId: "fetch-commit-details" } });
    expect((await stage.api.fetch(`/v2/runs/${failed.runId}/rerun`, { ...replay, body })).status).toBe(200);
    const job = await stage.ended(id);
    expect([job.errorMessage, job.steps.slice(0, 2), job.steps[2]?.executions]).toEqual([null, once.slice(0, 2), 7]);
  });

  it("goes on from the last step that was done after engine and app were killed", async () => {
    const stage = await createStage({ DEMO_SLOW_MS: "1500" });
    await stage.startEngine();
    const id = await stage.start();
    const executions = async (): Promise<number> => (await stage.job(id)).steps[2]?.executions ?? 0;
    await eventually("the details", async () => (await executions()) === 1 || null);
    await stage.killEngine();
    await stage.startEngine();
    await eventually("the details again", async () => (await executions()) === 2 || null);
    await stage.app.kill();
    await stage.app.restart();
    const job = await stage.ended(id);
    expect([job.steps.slice(0, 2), job.steps.slice(3)]).toEqual([once.slice(0, 2), once.slice(3)]);
  });

  it("refuses calls that the engine has not signed, and events that name no job", async () => {
    const stage = await createStage();
    await stage.startEngine();
    const call = await stage.post("/api/inngest?fnId=repo-analysis-analyze-repo&stepId=step", {
      event: {},
      steps: {},
      ctx: {},
    });
    expect(call.status).toBe(401);
    const [event = ""] = await stage.api.send({ name: "repo/analyze.requested", data: { jobId: 5 } });
    const [run] = await stage.api.endedRuns(event);
    expect([run?.status, JSON.stringify(run?.output)]).toEqual(["Failed", expect.stringMatching(/names no job|jobId/)]);
    expect((await stage.post("/api/analysis/start", {})).status).toBe(400);
  });
});

describe("the fallback worker", () => {
  it("works the jobs that no engine could be told of, and the engine none of them", async () => {
    const stage = await createStage({ FALLBACK_WORKER: "1" });
    stage.startWorker();
    const job = await stage.ended(await stage.start());
    expect(job).toMatchObject({ workerId: "worker-1", runId: null, steps: once, result: { commits: 130 } });
    await stage.startEngine();
    expect(await stage.ended(await stage.start())).toMatchObject({ workerId: null, runId: expect.any(String) });
  });

  it("ends a job in the middle of which it was killed, and says so", async () => {
    const stage = await createStage({ FALLBACK_WORKER: "1", DEMO_SLOW_MS: "60000" });
    const worker = stage.startWorker();
    const id = await stage.start();
    await eventually("the details", async () => (await stage.job(id)).steps.length === 3 || null);
    worker.kill("SIGKILL");
    stage.startWorker();
    expect((await stage.ended(id, "error")).errorMessage).toContain("The worker stopped in the middle of this job");
  });
});
