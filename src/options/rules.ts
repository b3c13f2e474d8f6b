/**
 * A small language for checking options: what each may be, and how that is said when it is not. Used for what users give
 * to clients, functions, steps, middleware and adapters. Rules report the first fault they find and change nothing.
 */
import { isDuration, isMoment, notNegative } from "../duration/index.ts";
import { invalidOption } from "../errors/index.ts";
import { wordsText } from "../protocol/option-spec.ts";

const NOT_EMPTY = "a text that is not empty";

/** Throws the error for one fault: where it is, what was given, what is allowed. */
export type Report = (path: string, given: string, allowed: string) => never;

/** Checks a value that is not undefined. */
export type Rule = (value: unknown, path: string, report: Report) => void;

/**
 * Makes the error for a fault.
 * @param where whose options they are, such as `Function "f"`.
 */
export function reportFor(where: string): Report {
  return (path, given, allowed) => {
    throw invalidOption(
      `${where}: ${path === "" ? "its argument" : `option \`${path}\``} ${given}; allowed: ${allowed}`,
    );
  };
}

/**
 * Checks a value.
 * @param where as in {@link reportFor}.
 * @throws {StepwellError} `invalid_option`, naming the option, what was given and what is allowed.
 */
export function assertOptions(where: string, check: Rule, value: unknown): void {
  check(value, "", reportFor(where));
}

/**
 * Checks that options name what they are for.
 * @throws {StepwellError} `invalid_option` when the id is missing or empty.
 */
export function assertId(where: string, options: unknown): asserts options is { id: string } {
  const id = isRecord(options) ? options["id"] : undefined;
  const report: Report = reportFor(where);
  if (!isText(id)) report("id", id === undefined ? "is missing" : `is ${show(id)}`, NOT_EMPTY);
}

/** The value as an error shows it. Never used for keys. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value === "function") return "a function";
  return isObject(value) ? (Array.isArray(value) ? "an array" : "an object") : String(value);
}

/** A rule from a test and the words for what passes it. @param shown how an error shows a value that does not. */
export function rule(
  allowed: string,
  fine: (value: unknown) => boolean,
  shown: (value: unknown) => string = show,
): Rule {
  return (value, path, report) => {
    if (!fine(value)) report(path, `is ${shown(value)}`, allowed);
  };
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

export const text: Rule = rule(NOT_EMPTY, isText);
/** A key may be among such texts, so an error does not show what was given. */
export const secret: Rule = rule(
  "a text",
  (value) => typeof value === "string",
  (value) => typeof value,
);
export const flag: Rule = rule("true or false", (value) => typeof value === "boolean");
export const callback: Rule = rule("a function", (value) => typeof value === "function");
export const anything: Rule = () => {};
const moment: Rule = rule("a length of time or a moment", (value) => isDuration(value) || isMoment(value));
/** Until when a step waits: what is over already is no mistake. */
export const waitTime: Rule = (value, path, report) => moment(notNegative(value), path, report);

export function oneOf(...values: string[]): Rule {
  return rule(wordsText(values), (value) => values.includes(value as string));
}

/** A length of time. */
export const duration: Rule = rule('a length of time such as "30s" or "1h30m"', isDuration);

/** An object with these keys and no others; those of `required` must be there. */
export function shape(rules: Readonly<Record<string, Rule>>, ...required: string[]): Rule {
  return (value, path, report) => {
    const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
    // Only asked for by errors in whole sentences.
    const keys = (): string => Object.keys(rules).join(", ");
    if (!isRecord(value)) report(path, `is ${show(value)}`, `an object with ${keys()}`);
    for (const [key, entry] of Object.entries(value as object)) {
      if (entry === undefined) continue;
      if (!Object.hasOwn(rules, key)) report(at(key), "is not known", keys());
      (rules[key] as Rule)(entry, at(key), report);
    }
    for (const key of required) {
      if ((value as Record<string, unknown>)[key] === undefined) report(at(key), "is missing", "it must be given");
    }
  };
}

/** A list of `min` to `max` entries. */
export function list(entry: Rule, min: number, max: number): Rule {
  return (value, path, report) => {
    if (!Array.isArray(value)) return report(path, `is ${show(value)}`, "an array");
    if (value.length < min || value.length > max) {
      report(path, `has ${value.length} entries`, min === 0 ? `at most ${max}` : `${min} to ${max}`);
    }
    for (const [index, one] of value.entries()) entry(one, `${path}[${index}]`, report);
  };
}

/** An object, arrays included. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}
