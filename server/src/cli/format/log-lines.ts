/** Lines of a run's log in the terminal. Called by the commands run and logs. Pure. */
import type { LogAnswer } from "../../api/answers.ts";
import type { Colors } from "./colors.ts";
import { formatPreciseTime } from "./format-duration.ts";

const noTime = "--:--:--.---";
/** Escape sequences and the like could rewrite what a terminal shows; tabs and line breaks may stay. */
const unsafe = /[^\P{Cc}\n\t]/gu;

function paint(level: LogAnswer["level"], colors: Colors): (text: string) => string {
  if (level === "error" || level === "fatal") return colors.red;
  if (level === "warn") return colors.yellow;
  return level === "info" ? colors.cyan : colors.dim;
}

const shown = (value: unknown): string =>
  typeof value === "string" && !/[\s="]/.test(value) ? value : JSON.stringify(value);

/** Errors have lines of their own, with their stacks. */
function isError(value: unknown): value is { name?: string; message: string; stack?: string } {
  return typeof value === "object" && value !== null && typeof (value as { message?: unknown }).message === "string";
}

/** A line without its time, and what stands below it. */
export function logText({ level, text, fields, stepName, attempt }: LogAnswer, colors: Colors): [string, ...string[]] {
  const entries = Object.entries(fields ?? {});
  const said = entries.filter(([, value]) => !isError(value)).map(([name, value]) => ` ${name}=${shown(value)}`);
  const errors = entries.flatMap(([, value]) =>
    isError(value) ? [value.stack || `${value.name}: ${value.message}`] : [],
  );
  const where = stepName === null ? "" : ` ${stepName}`;
  const which = attempt === 0 ? "" : ` (attempt ${attempt + 1})`;
  const head = `${paint(level, colors)(level.toUpperCase().padEnd(5))}${colors.dim(clean(where) + which)} `;
  const [first = "", ...rest] = clean(text).split("\n");
  const below = [...rest, ...errors.flatMap((stack) => clean(stack).split("\n"))];
  return [head + first + colors.dim(clean(said.join(""))), ...below.map((line) => `    ${line}`)];
}

export function logLines(line: LogAnswer, colors: Colors): string[] {
  const time = line.at === null ? noTime : formatPreciseTime(Date.parse(line.at));
  const [first, ...below] = logText(line, colors);
  return [`${colors.dim(time)} ${first}`, ...below];
}

const clean = (text: string): string => text.replace(unsafe, "�");

/** What is said below a log from which lines are missing. */
export function leftOutLine(leftOut: number, colors: Colors): string[] {
  return leftOut === 0
    ? []
    : [colors.yellow(`${leftOut} ${leftOut === 1 ? "line" : "lines"} left out: the run has no room for more.`)];
}
