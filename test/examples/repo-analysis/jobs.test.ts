import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { analyze } from "../../../examples/repo-analysis/src/analysis/analyze.ts";
import type { AnalysisResult } from "../../../examples/repo-analysis/src/analysis-result.ts";
import { toCommit } from "../../../examples/repo-analysis/src/commits/commit.ts";
import type { Database } from "../../../examples/repo-analysis/src/database.ts";
import { openDatabase } from "../../../examples/repo-analysis/src/database.ts";
import type { Jobs } from "../../../examples/repo-analysis/src/jobs.ts";
import { createJobs } from "../../../examples/repo-analysis/src/jobs.ts";

const RESULT: AnalysisResult = {
  ...analyze([]),
  repoId: "local:/r",
  timeZone: "author",
  truncated: false,
  withoutFiles: 0,
  unknownChanges: 0,
  analyzedAt: "2024-01-01T00:00:00.000Z",
};

describe("jobs", () => {
  let database: Database;
  let jobs: Jobs;
  let nowMs = 0;
  beforeEach(() => {
    nowMs = Date.parse("2024-01-01T00:00:00Z");
    database = openDatabase(":memory:");
    jobs = createJobs(database, () => nowMs);
    jobs.create({ id: "j", userId: "u", repoId: "local:/r", maxCommits: 5 });
  });
  afterEach(() => database.close());

  it("go from queued over running to done", () => {
    expect(jobs.find("j")).toMatchObject({
      status: "queued",
      runId: null,
      result: null,
      completedAt: null,
      maxCommits: 5,
    });
    jobs.markRunning("j", "01RUN");
    expect(jobs.find("j")).toMatchObject({ status: "running", runId: "01RUN" });
    nowMs += 1000;
    jobs.markDone("j", RESULT, "/tmp/j.json");
    expect(jobs.find("j")).toMatchObject({
      status: "done",
      result: RESULT,
      resultPath: "/tmp/j.json",
      createdAt: "2024-01-01T00:00:00.000Z",
      completedAt: "2024-01-01T00:00:01.000Z",
    });
  });

  it("that failed can run again; that are done stay done", () => {
    jobs.markError("j", "no network");
    expect(jobs.find("j")).toMatchObject({
      status: "error",
      errorMessage: "no network",
      completedAt: "2024-01-01T00:00:00.000Z",
    });
    jobs.markRunning("j", "02RUN");
    expect(jobs.find("j")).toMatchObject({ status: "running", errorMessage: null, completedAt: null });
    jobs.markDone("j", RESULT, "/tmp/j.json");
    jobs.markError("j", "late");
    jobs.markRunning("j", "03RUN");
    expect(jobs.find("j")).toMatchObject({ status: "done", errorMessage: null, runId: "02RUN" });
  });

  it("count each step's executions, in the order of the first", () => {
    for (const step of ["load", "list", "list", "load", "save"]) jobs.countStep("j", step);
    expect(jobs.listSteps("j")).toEqual([
      { step: "load", executions: 2 },
      { step: "list", executions: 2 },
      { step: "save", executions: 1 },
    ]);
    expect(jobs.find("other")).toBeNull();
    expect(jobs.listSteps("other")).toEqual([]);
  });

  it("keep fetched commits apart by repository", () => {
    const commit = toCommit({
      sha: "s",
      authorName: "Ada",
      authorEmail: "",
      authoredAt: "2024-01-01T00:00:00Z",
      subject: "x",
      isMerge: false,
      files: [],
    });
    jobs.commitCache("github:a/b").set(commit);
    expect(jobs.commitCache("github:a/b").get("s")).toEqual(commit);
    expect(jobs.commitCache("github:a/c").get("s")).toBeNull();
  });
});
