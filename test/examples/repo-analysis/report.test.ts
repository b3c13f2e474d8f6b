import { describe, expect, it } from "vitest";
import { analyze } from "../../../examples/repo-analysis/src/analysis/analyze.ts";
import type { AnalysisResult } from "../../../examples/repo-analysis/src/analysis-result.ts";
import { toCommit } from "../../../examples/repo-analysis/src/commits/commit.ts";
import { formatReport } from "../../../examples/repo-analysis/src/report.ts";
import { columnsOf, toBar, toCell } from "../../../examples/repo-analysis/src/terminal-text.ts";

const commits = [
  ["2024-01-03T22:10:00+01:00", "feat: two", "src/a.ts"],
  ["2024-01-02T22:00:00+01:00", "feat: one", "src/a.ts"],
  ["2024-01-01T09:00:00+01:00", "start", "\u001b[31mevil\n日本.ts"],
].map(([authoredAt = "", subject = "", path = ""], index) =>
  toCommit({
    sha: String(index),
    authorName: "Ada",
    authorEmail: "a@b",
    authoredAt,
    subject,
    isMerge: false,
    files: [{ path, added: 4, removed: 1 }],
  }),
);

function resultOf(parts: Partial<AnalysisResult> = {}): AnalysisResult {
  const extra = {
    timeZone: "author",
    truncated: false,
    withoutFiles: 0,
    unknownChanges: 0,
    analyzedAt: "2024-02-01T00:00:00.000Z",
  } as const;
  return { ...analyze(commits), repoId: "local:/work/thing", ...extra, ...parts };
}

describe("report", () => {
  it("shows the facts and draws bars to scale", () => {
    const report = formatReport(resultOf());
    expect(report).toMatchInlineSnapshot(`
      "Repository     /work/thing
      Commits        3
      From, to       2024-01-01, 2024-01-03
      Lines          +12 -3, median 5 a commit
      Work sessions  3, median 0 min, longest 0 min, 1.0 commits each
      Conventional   67 % of 3: feat 2
      Authors        1

      Commits by hour (author's time)
        09:00 1 ████████████
        22:00 2 ████████████████████████

      Commits by weekday (author's time)
        Mon   1 ████████████████████████
        Tue   1 ████████████████████████
        Wed   1 ████████████████████████
        Thu   0
        Fri   0
        Sat   0
        Sun   0

      Hot files (commits)
        src/a.ts                           2 ████████████████████████ 10 lines
        [31mevil 日本.ts                   1 ████████████             5 lines

      Authors (commits)
        Ada   3 ████████████████████████ 100 %, +12 -3"
    `);
  });

  it("lets nothing from the repository control the terminal", () => {
    const report = formatReport(resultOf({ repoId: "local:/a\u001b]0;title\u0007\u202e" }));
    expect(report).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  });

  it("says when hours are UTC, when there is more, and what is missing", () => {
    const report = formatReport(
      resultOf({
        timeZone: "utc",
        truncated: true,
        withoutFiles: 7,
        unknownChanges: 2,
        merges: 1,
        repoId: "github:o/n",
      }),
    );
    expect(report).toContain("Commits by hour (UTC)");
    expect(report).toContain("3 (the newest; there are more), 1 of them merges");
    expect(report).toContain("the 7 oldest commits are not in the hot files");
    expect(report).toContain("a shallow clone: what its oldest commits changed is not known (2)");
    expect(report).toContain("github:o/n");
  });

  it("is short and holds no NaN for an empty repository", () => {
    const report = formatReport(resultOf(analyze([])));
    expect(report).toBe("Repository     /work/thing\nCommits        0");
  });
});

describe("terminal text", () => {
  it("counts wide characters twice and combining marks not at all", () => {
    expect([columnsOf("abc"), columnsOf("日本"), columnsOf("🎉"), columnsOf("e\u0301")]).toEqual([3, 4, 2, 1]);
  });

  it.each(["short", "exactly 10", "longer than ten", "日本日本日本日本", "a日本日本日本日本"])(
    "makes %j exactly ten columns",
    (text) => {
      expect(columnsOf(toCell(text, 10))).toBe(10);
    },
  );

  it("draws a full bar for the most, a sliver for the least, nothing for none", () => {
    expect([toBar(10, 10, 4), toBar(5, 10, 4), toBar(1, 1000, 4), toBar(0, 10, 4), toBar(0, 0, 4)]).toEqual([
      "████",
      "██",
      "▏",
      "",
      "",
    ]);
  });
});
