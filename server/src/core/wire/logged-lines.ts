/**
 * What a function wrote with its logger, as apps send it (`stepwell/protocol`, log.ts): what was given to the logger becomes a text
 * and fields. Called by transport of answers and by checkpoint. Never throws: a line that cannot be read counts as left out.
 */
import { limits, type SerializedError } from "stepwell/protocol";
import { type CallLog, type LogLevel, type LogLine, logLevels } from "../../domain/run/run-log.ts";
import { toStoredJson } from "../../domain/stored-json.ts";

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const nothing: CallLog = { lines: [], leftOut: 0 };

const toCount = (value: unknown): number =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? Math.min(value, Number.MAX_SAFE_INTEGER) : 0;

const toName = (value: unknown): string | null => (typeof value === "string" && value !== "" ? cut(value, 255) : null);

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function levelOf(value: unknown): LogLevel | null {
  return logLevels.find((level) => level === value) ?? null;
}

/** Errors are told by the mark that they travel with, which is for no eyes. */
function toField(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { __serialized: mark, ...rest } = value;
  return Object.fromEntries(Object.entries(mark === true ? rest : value).map(([key, inner]) => [key, toField(inner)]));
}

const isError = (value: unknown): value is SerializedError & Json => isObject(value) && value.__serialized === true;

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** `%s` and its kind take what comes next, as the console does. */
function fill(template: string, rest: unknown[]): string {
  return template.replace(/%([sdifjoOc%])/g, (found, kind: string) => {
    if (kind === "%") return "%";
    if (rest.length === 0) return found;
    const value = rest.shift();
    return kind === "c" ? "" : shown(isError(value) ? value.message : value);
  });
}

/** Texts and what is like them are the text, in their order; objects are fields; the first error is the field `err`. */
function toTextAndFields(args: readonly unknown[]): Pick<LogLine, "text" | "fields"> {
  const rest = [...args];
  const texts: string[] = [];
  const fields: Json = {};
  while (rest.length > 0) {
    const value = rest.shift();
    if (typeof value === "string") texts.push(texts.length === 0 ? fill(value, rest) : value);
    else if (isError(value) && fields.err === undefined) fields.err = toField(value);
    else if (isError(value)) texts.push(value.message);
    else if (isObject(value)) Object.assign(fields, toField(value));
    else texts.push(shown(value));
  }
  const { err } = fields;
  if (texts.length === 0 && isObject(err) && typeof err.message === "string") texts.push(err.message);
  return { text: cut(texts.join(" "), limits.logLineLength), fields: toFieldsText(fields) };
}

function toFieldsText(fields: Json): string | null {
  if (Object.keys(fields).length === 0) return null;
  const text = toStoredJson(fields);
  // Quotes and backslashes take two characters: what our SDK has cut fits.
  return text.length <= limits.logLineLength * 4 ? text : null;
}

function readLine(given: unknown): LogLine | null {
  if (!Array.isArray(given)) return null;
  const [at, name, args, stepId, stepName] = given as unknown[];
  if (typeof at !== "number" || !Number.isSafeInteger(at) || !Array.isArray(args)) return null;
  // Loggers like winston have `log(level, text)`.
  const named = name === "log" && args.length > 1 ? levelOf(args[0]) : null;
  const level = name === "log" ? (named ?? "info") : levelOf(name);
  if (level === null) return null;
  const place = { stepId: toName(stepId), stepName: toName(stepName) };
  return { at, level, ...toTextAndFields(named === null ? args : args.slice(1)), ...place };
}

export function readLogged(given: unknown): CallLog {
  if (!isObject(given) || !Array.isArray(given.lines)) return nothing;
  const read = given.lines.slice(0, limits.logLinesAtOnce).map(safely);
  const lines = read.filter((line) => line !== null);
  return { lines, leftOut: toCount(given.leftOut) + given.lines.length - lines.length };
}

function safely(given: unknown): LogLine | null {
  try {
    return readLine(given);
  } catch {
    return null;
  }
}
