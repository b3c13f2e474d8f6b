/** The table of differences between the engine and the fallback worker of examples/repo-analysis, row by row. */
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { analyzeInSteps, type StepRunner } from "../../../examples/repo-analysis/src/analyze-in-steps.ts";
import type { CommitSource } from "../../../examples/repo-analysis/src/commits/commit.ts";
import { type Database, openDatabase } from "../../../examples/repo-analysis/src/database.ts";
import { createJobClaims, type JobClaims } from "../../../examples/repo-analysis/src/job-claims.ts";
import { createJobs, type Jobs } from "../../../examples/repo-analysis/src/jobs.ts";
import { createSecrets, type Secrets } from "../../../examples/repo-analysis/src/secrets.ts";
import { createDescribeVibe } from "../../../examples/repo-analysis/src/vibe/describe-vibe.ts";
import { createLlmUsage } from "../../../examples/repo-analysis/src/vibe/llm-usage.ts";
import { createWorker, type Worker } from "../../../examples/repo-analysis/src/worker/worker.ts";

describe("the fallback worker", () => {
  let database: Database;
  let jobs: Jobs;
  let claims: JobClaims;
  let secrets: Secrets;
  let worker: Worker;
  let nowMs: number;
  let asked: string[];
  let listings: number;
  let fault: Error | null;
  let engineRunner: (runId: string) => StepRunner;
  let dependencies: Parameters<typeof analyzeInSteps>[0];

  beforeEach(() => {
    [nowMs, asked, listings, fault] = [1_000_000, [], 0, null];
    database = openDatabase(":memory:");
    jobs = createJobs(database, () => nowMs);
    claims = createJobClaims(database, () => nowMs);
    secrets = createSecrets(database, randomBytes(32));
    const source: CommitSource = {
      timeZone: "utc",
      listCommits: async () => {
        listings++;
        return { shas: [], truncated: false };
      },
      getCommits: async () => {
        if (fault !== null) throw fault;
        return [];
      },
    };
    dependencies = {
      jobs,
      openRepo: () => source,
      describeVibe: createDescribeVibe({
        ask: async (key) => {
          asked.push(key);
          return { text: "calm", inputTokens: 10, outputTokens: 2 };
        },
        secrets,
        usage: createLlmUsage(database),
        platformKey: "platform",
        freeAnalyses: 1,
      }),
      writeResult: async (jobId) => `/results/${jobId}.json`,
      now: () => nowMs,
      slowDetailsMs: 0,
    };
    engineRunner = (runId) => ({
      by: { engine: runId },
      run: async <T>(_name: string, work: () => Promise<T>): Promise<Awaited<T>> => await work(),
    });
    worker = createWorker({ claims, dependencies, workerId: "w", log: () => {} });
  });
  afterEach(() => database.close());

  const create = (id: string): void => jobs.create({ id, userId: "ana", repoId: "local:/r", maxCommits: 5 });
  const usage = (): unknown[] => database.prepare("SELECT job_id, paid_by FROM llm_usage ORDER BY job_id").all();

  it("works jobs that no engine was told of, oldest first, and no others", async () => {
    for (const id of ["a", "b", "sent"]) create(id);
    claims.markDispatched("sent");
    claims.leaveToWorker("b");
    expect(await worker.workOne()).toBe(true);
    expect([jobs.find("b")?.status, jobs.find("b")?.workerId, jobs.find("b")?.runId]).toEqual(["done", "w", null]);
    expect(jobs.listSteps("b")).toHaveLength(5);
    // The app died before it could say what became of the event.
    expect(await worker.workOne()).toBe(false);
    nowMs += 61_000;
    expect([await worker.workOne(), await worker.workOne()]).toEqual([true, false]);
    expect([jobs.find("a")?.status, jobs.find("sent")?.status]).toEqual(["done", "queued"]);
  });

  it("and the engine never work the same job", async () => {
    create("a");
    claims.leaveToWorker("a");
    const other = createJobClaims(database, () => nowMs);
    expect([claims.claim("w"), other.claim("v")]).toEqual(["a", null]);
    expect(await analyzeInSteps(dependencies, "a", engineRunner("run"))).toEqual({
      jobId: "a",
      skipped: "the worker w has taken it",
    });
    expect([jobs.find("a")?.status, listings]).toEqual(["running", 0]);
  });

  it("uses the platform's key and never the user's, counts no free analyses and records no use", async () => {
    secrets.save("ana", "llm-key", "own");
    for (const id of ["a", "b"]) {
      create(id);
      claims.leaveToWorker(id);
    }
    await worker.workOne();
    await worker.workOne();
    expect([asked, usage()]).toEqual([["platform", "platform"], []]);
    expect(jobs.find("b")?.result?.vibe).toEqual({ text: "calm", by: "platform-key" });
  });

  it("differs in this from the engine, which takes the user's key, else a free analysis, and records it", async () => {
    for (const id of ["a", "b", "c"]) create(id);
    await analyzeInSteps(dependencies, "a", engineRunner("1"));
    await analyzeInSteps(dependencies, "b", engineRunner("2"));
    secrets.save("ana", "llm-key", "own");
    await analyzeInSteps(dependencies, "c", engineRunner("3"));
    expect(asked).toEqual(["platform", "own"]);
    expect(["a", "b", "c"].map((id) => jobs.find(id)?.result?.vibe?.by)).toEqual(["platform-key", "rules", "user-key"]);
    expect(usage()).toMatchObject([
      { job_id: "a", paid_by: "platform-key" },
      { job_id: "c", paid_by: "user-key" },
    ]);
  });

  it("tries nothing again, and keeps nothing of a job in whose middle it died", async () => {
    create("a");
    claims.leaveToWorker("a");
    fault = new Error("GitHub's rate limit is used up");
    await worker.workOne();
    expect(jobs.find("a")).toMatchObject({ status: "error", errorMessage: "GitHub's rate limit is used up" });
    expect(await worker.workOne()).toBe(false);
    create("b");
    claims.leaveToWorker("b");
    claims.claim("w");
    expect([worker.recover(), worker.recover()]).toEqual([1, 0]);
    expect(jobs.find("b")).toMatchObject({
      status: "error",
      errorMessage: expect.stringContaining("stopped in the middle"),
    });
  });
});

describe("secrets", () => {
  it("are sealed, bound to their user, and lost with the key", () => {
    const database = openDatabase(":memory:");
    const secrets = createSecrets(database, randomBytes(32));
    secrets.save("ana", "github-token", "ghp_secret");
    expect(secrets.find("ana", "github-token")).toBe("ghp_secret");
    expect(secrets.find("ben", "github-token")).toBeNull();
    expect(JSON.stringify(database.prepare("SELECT * FROM user_secrets").all())).not.toContain("ghp_secret");
    database.exec("UPDATE user_secrets SET user_id = 'ben'");
    expect(() => secrets.find("ben", "github-token")).toThrow("cannot be read");
    expect(() => createSecrets(database, null).find("ben", "github-token")).toThrow("openssl rand -hex 32");
    database.close();
  });
});
