import { describe, expect, it } from "vitest";
import { analyze } from "../../../examples/repo-analysis/src/analysis/analyze.ts";
import { authors } from "../../../examples/repo-analysis/src/analysis/authors.ts";
import { commitsByHour } from "../../../examples/repo-analysis/src/analysis/commits-by-hour.ts";
import { commitsByWeekday } from "../../../examples/repo-analysis/src/analysis/commits-by-weekday.ts";
import { conventionalCommits } from "../../../examples/repo-analysis/src/analysis/conventional-commits.ts";
import { hotFiles } from "../../../examples/repo-analysis/src/analysis/hot-files.ts";
import { workSessions } from "../../../examples/repo-analysis/src/analysis/work-sessions.ts";
import type { Commit } from "../../../examples/repo-analysis/src/commits/commit.ts";
import { toCommit } from "../../../examples/repo-analysis/src/commits/commit.ts";
import { fitCommits } from "../../../examples/repo-analysis/src/commits/fit-commits.ts";

function commit(parts: Partial<Commit> = {}): Commit {
  return toCommit({
    sha: "0".repeat(40),
    authorName: "Ada",
    authorEmail: "ada@example.com",
    authoredAt: "2024-01-01T10:00:00Z",
    subject: "subject",
    isMerge: false,
    files: [],
    ...parts,
  });
}
const at = (authoredAt: string, parts: Partial<Commit> = {}): Commit => commit({ ...parts, authoredAt });
const file = (path: string, added = 1, removed = 0) => ({ path, added, removed });

describe("hours and weekdays", () => {
  it("are the author's own, not UTC's or this machine's", () => {
    // All three are Monday evening or Tuesday night in UTC.
    const commits = [at("2024-01-02T05:30:00+09:00"), at("2024-01-01T23:59:59-08:00"), at("2024-01-01T00:00:00+14:00")];
    const byHour = commitsByHour(commits);
    expect([byHour[5], byHour[23], byHour[0]]).toEqual([1, 1, 1]);
    expect(commitsByWeekday(commits)).toEqual([2, 1, 0, 0, 0, 0, 0]);
  });

  it("count Sunday last and leave out broken dates", () => {
    expect(commitsByWeekday([at("2024-01-07T12:00:00Z"), at("nonsense")])).toEqual([0, 0, 0, 0, 0, 0, 1]);
    expect(commitsByHour([at("nonsense")]).every((count) => count === 0)).toBe(true);
  });
});

describe("work sessions", () => {
  it("end after a pause of more than two hours, not at exactly two", () => {
    const sessions = workSessions([at("2024-01-01T14:00:01Z"), at("2024-01-01T12:00:00Z"), at("2024-01-01T10:00:00Z")]);
    expect(sessions).toEqual({ count: 2, medianMinutes: 60, longestMinutes: 120, commitsPerSession: 1.5 });
  });

  it("are one author's: two people at once are two sessions, one person in two time zones is one", () => {
    expect(
      workSessions([at("2024-01-01T10:00:00Z"), at("2024-01-01T10:05:00Z", { authorEmail: "bob@example.com" })]).count,
    ).toBe(2);
    expect(
      workSessions([at("2024-01-01T10:00:00Z"), at("2024-01-01T19:30:00+09:00", { authorEmail: "ADA@example.com" })]),
    ).toMatchObject({
      count: 1,
      longestMinutes: 30,
    });
  });
});

describe("conventional commits", () => {
  it("knows scopes, breaking marks and upper case, and leaves merges out", () => {
    const subjects = [
      "feat: a",
      "fix(parser)!: b",
      "Docs: c",
      "feat(x): d",
      "note: e",
      "feat:f",
      "feat: ",
      "feature: g",
      "wip",
    ];
    const merge = commit({ subject: "feat: merge", isMerge: true });
    const result = conventionalCommits([...subjects.map((subject) => commit({ subject })), merge]);
    expect(result).toMatchObject({ total: 9, conventional: 4, breaking: 1 });
    expect(result.share).toBeCloseTo(4 / 9);
    expect(result.byType).toEqual([
      { type: "feat", count: 2 },
      { type: "docs", count: 1 },
      { type: "fix", count: 1 },
    ]);
  });
});

describe("hot files", () => {
  it("counts a renamed file under its newest name, through several renames", () => {
    const newestFirst = [
      commit({ files: [file("c.ts", 1)] }),
      commit({ files: [{ ...file("c.ts", 0), previousPath: "b.ts" }] }),
      commit({ files: [{ ...file("b.ts", 2), previousPath: "a.ts" }] }),
      commit({ files: [file("a.ts", 10), file("other.ts", 1)] }),
    ];
    expect(hotFiles(newestFirst)).toEqual([
      { path: "c.ts", commits: 4, lines: 13 },
      { path: "other.ts", commits: 1, lines: 1 },
    ]);
  });

  it("keeps apart a name's two lives and files that swap names", () => {
    const newestFirst = [
      commit({
        files: [
          { ...file("x", 0), previousPath: "y" },
          { ...file("y", 0), previousPath: "x" },
        ],
      }),
      commit({ files: [file("x", 5)] }),
      commit({ files: [file("y", 7)] }),
    ];
    expect(hotFiles(newestFirst)).toEqual([
      { path: "x", commits: 2, lines: 7 },
      { path: "y", commits: 2, lines: 5 },
    ]);
  });
});

describe("authors", () => {
  it("are told apart by e-mail, named as in the newest commit, at most ten", () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      commit({ authorName: `N${index}`, authorEmail: `n${index}@example.com` }),
    );
    const result = authors([commit({ authorName: "Ada L." }), commit({ authorEmail: "ADA@EXAMPLE.COM" }), ...many]);
    expect(result.count).toBe(13);
    expect(result.top).toHaveLength(10);
    expect(result.top[0]).toMatchObject({ name: "Ada L.", commits: 2, share: 2 / 14 });
  });
});

describe("analyze", () => {
  it("gives zeros and nulls, no NaN, without commits", () => {
    const result = analyze([]);
    expect(result).toMatchObject({
      commits: 0,
      firstCommitAt: null,
      lastCommitAt: null,
      hotFiles: [],
      authors: { count: 0, top: [] },
    });
    expect(JSON.stringify(result)).not.toMatch(/:null,"(?!lastCommitAt|byHour)/);
    expect(result.sessions).toEqual({ count: 0, medianMinutes: 0, longestMinutes: 0, commitsPerSession: 0 });
    expect(result.conventional.share).toBe(0);
  });

  it("sums churn and orders the first and last commit by time, not by place or text", () => {
    const result = analyze([
      at("2024-01-01T09:00:00+09:00", { files: [file("a", 3, 1)] }),
      at("2024-01-01T01:00:00Z", { files: [file("a", 10, 0), file("b", 0, 5)], subject: "big" }),
    ]);
    expect(result.churn).toMatchObject({ added: 13, removed: 6, medianPerCommit: 9.5 });
    expect(result.churn.largest[0]).toMatchObject({ subject: "big", lines: 15 });
    expect([result.firstCommitAt, result.lastCommitAt]).toEqual(["2024-01-01T09:00:00+09:00", "2024-01-01T01:00:00Z"]);
  });
});

describe("fitCommits", () => {
  const files = Array.from({ length: 50 }, (_, index) => file(`ä-long-path/${index}`));
  const commits = Array.from({ length: 40 }, (_, index) => commit({ sha: String(index).padStart(40, "0"), files }));

  it("changes nothing within the budget", () => {
    expect(fitCommits(commits)).toEqual({ commits, withoutFiles: 0, dropped: 0 });
  });

  it.each([2_000, 5_000, 20_000, 60_000])(
    "stays within %i bytes, dropping the oldest file lists before any commit",
    (budgetBytes) => {
      const fitted = fitCommits(commits, budgetBytes);
      expect(new TextEncoder().encode(JSON.stringify(fitted.commits)).length).toBeLessThanOrEqual(budgetBytes);
      expect(fitted.commits.length + fitted.dropped).toBe(40);
      expect(fitted.commits.map(({ sha }) => sha)).toEqual(
        commits.slice(0, fitted.commits.length).map(({ sha }) => sha),
      );
      const lists = fitted.commits.map(({ files: kept }) => kept.length > 0);
      expect(lists.lastIndexOf(true)).toBe(lists.filter(Boolean).length - 1);
      expect(fitted.withoutFiles).toBe(lists.filter((has) => !has).length);
      if (fitted.dropped > 0) expect(fitted.withoutFiles).toBeGreaterThan(0);
      expect(fitted.commits.every(({ added, fileCount }) => added === 50 && fileCount === 50)).toBe(true);
    },
  );

  it("bounds one odd commit: 200 characters of subject, 200 files, totals kept", () => {
    const odd = commit({
      subject: "x".repeat(10_000),
      files: Array.from({ length: 5_000 }, (_, index) => file(`f${index}`)),
    });
    expect(odd).toMatchObject({ subject: "x".repeat(200), added: 5_000, fileCount: 5_000 });
    expect(odd.files).toHaveLength(200);
  });
});
