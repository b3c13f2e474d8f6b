/**
 * The result as a small table with bars. Called by the demo. Pure.
 */
import type { AnalysisResult } from "./analysis-result.ts";
import { toBar, toCell } from "./terminal-text.ts";

const NAME_COLUMNS = 34;
const BAR_COLUMNS = 24;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const ROWS = 5;

/** @returns lines joined by newlines, without one at the end. */
export function formatReport(result: AnalysisResult): string {
  const sections = [summary(result)];
  if (result.commits > 0) {
    const clock = result.timeZone === "author" ? "author's time" : "UTC";
    sections.push(
      bars(`Commits by hour (${clock})`, hourRows(result.byHour)),
      bars(
        `Commits by weekday (${clock})`,
        rows(result.byWeekday, (index) => WEEKDAYS[index] ?? ""),
      ),
      bars(
        "Hot files (commits)",
        result.hotFiles
          .slice(0, ROWS)
          .map((file) => ({ name: file.path, value: file.commits, note: `${file.lines} lines` })),
      ),
      bars(
        "Authors (commits)",
        result.authors.top.slice(0, ROWS).map((author) => ({
          name: author.name,
          value: author.commits,
          note: `${toPercent(author.share)}, +${author.added} -${author.removed}`,
        })),
      ),
    );
  }
  return sections.filter((section) => section !== "").join("\n\n");
}

interface BarRow {
  name: string;
  value: number;
  note?: string;
}

function summary(result: AnalysisResult): string {
  const { sessions, conventional, churn } = result;
  const facts: [string, string][] = [
    ["Repository", result.repoId.replace(/^local:/, "")],
    [
      "Commits",
      `${result.commits}${result.truncated ? " (the newest; there are more)" : ""}` +
        (result.merges > 0 ? `, ${result.merges} of them merges` : ""),
    ],
  ];
  if (result.firstCommitAt !== null && result.lastCommitAt !== null) {
    facts.push(["From, to", `${result.firstCommitAt.slice(0, 10)}, ${result.lastCommitAt.slice(0, 10)}`]);
  }
  if (result.commits > 0) {
    facts.push(
      ["Lines", `+${churn.added} -${churn.removed}, median ${churn.medianPerCommit} a commit`],
      [
        "Work sessions",
        `${sessions.count}, median ${sessions.medianMinutes} min, longest ${sessions.longestMinutes} min, ` +
          `${sessions.commitsPerSession.toFixed(1)} commits each`,
      ],
      [
        "Conventional",
        `${toPercent(conventional.share)} of ${conventional.total}` +
          conventional.byType
            .slice(0, ROWS)
            .map(({ type, count }, index) => `${index === 0 ? ": " : ", "}${type} ${count}`)
            .join(""),
      ],
      ["Authors", String(result.authors.count)],
    );
  }
  if (result.withoutFiles > 0)
    facts.push(["Note", `the ${result.withoutFiles} oldest commits are not in the hot files (too large)`]);
  if (result.unknownChanges > 0) {
    facts.push(["Note", `a shallow clone: what its oldest commits changed is not known (${result.unknownChanges})`]);
  }
  return facts.map(([name, value]) => `${toCell(name, 14)} ${toCell(value, 100).trimEnd()}`).join("\n");
}

function hourRows(byHour: readonly number[]): BarRow[] {
  return rows(byHour, (hour) => `${String(hour).padStart(2, "0")}:00`).filter(({ value }) => value > 0);
}

function rows(counts: readonly number[], nameOf: (index: number) => string): BarRow[] {
  return counts.map((value, index) => ({ name: nameOf(index), value }));
}

function bars(title: string, list: readonly BarRow[]): string {
  if (list.length === 0) return "";
  const max = Math.max(...list.map(({ value }) => value));
  const nameColumns = list.every(({ name }) => name.length <= 5) ? 5 : NAME_COLUMNS;
  const digits = String(max).length;
  const lines = list.map(({ name, value, note }) => {
    const bar = toCell(toBar(value, max, BAR_COLUMNS), BAR_COLUMNS);
    return `  ${toCell(name, nameColumns)} ${String(value).padStart(digits)} ${bar} ${note ?? ""}`.trimEnd();
  });
  return [title, ...lines].join("\n");
}

function toPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
