/**
 * A small language for checking options: what each may be, and how that is said when it is not. Used for the options of
 * functions and clients. Rules report the first fault they find and change nothing.
 */
import { durationToMs, isDuration } from "../duration/index.ts";

/** Throws the error for one fault: where it is, what was given, what is allowed. */
export type Report = (path: string, given: string, allowed: string) => never;

/** Checks a value that is not undefined. */
export type Rule = (value: unknown, path: string, report: Report) => void;

/** The value as an error shows it. Never used for keys. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  return typeof value === "object" && value !== null
    ? Array.isArray(value)
      ? "an array"
      : "an object"
    : typeof value === "function"
      ? "a function"
      : String(value);
}

/** A rule from a test and the words for what passes it. */
export function rule(allowed: string, fine: (value: unknown) => boolean): Rule {
  return (value, path, report) => {
    if (!fine(value)) report(path, `is ${show(value)}`, allowed);
  };
}

export const text: Rule = rule("a text that is not empty", (value) => typeof value === "string" && value.trim() !== "");
export const flag: Rule = rule("true or false", (value) => typeof value === "boolean");
export const callback: Rule = rule("a function", (value) => typeof value === "function");
export const anything: Rule = () => {};

export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Rule {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  return rule(
    `a whole number ${range}`,
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  );
}

export function oneOf(...values: string[]): Rule {
  return rule(values.map((value) => `"${value}"`).join(" or "), (value) => values.includes(value as string));
}

/** A length of time. `range` names the bounds, in milliseconds, as an error shall say them. */
export function duration(range: string = "", min: number = 0, max: number = Number.POSITIVE_INFINITY): Rule {
  return rule(`a length of time${range} such as "30s" or "1h30m"`, (value) => {
    const ms = isDuration(value) ? durationToMs(value) : Number.NaN;
    return ms >= min && ms <= max;
  });
}

/** An object with these keys and no others; those of `required` must be there. */
export function shape(rules: Readonly<Record<string, Rule>>, ...required: string[]): Rule {
  return (value, path, report) => {
    const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
    const keys = Object.keys(rules).join(", ");
    if (!isRecord(value)) report(path, `is ${show(value)}`, `an object with ${keys}`);
    for (const [key, entry] of Object.entries(value as object)) {
      if (entry === undefined) continue;
      if (!Object.hasOwn(rules, key)) report(at(key), "is not known", keys);
      (rules[key] as Rule)(entry, at(key), report);
    }
    for (const key of required) {
      if ((value as Record<string, unknown>)[key] === undefined) report(at(key), "is missing", `it must be given`);
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

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
