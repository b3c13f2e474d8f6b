/**
 * What the protocol's table of function options lets through and what it does not, as values: at each bound, below it and
 * above it, each word, each field that must be there. Used by the tests that hold the SDKs and the engine to the table.
 */
import {
  excludedOption,
  flowOptions,
  type ListSpec,
  type OptionSpec,
  retryOptions,
  type ScalarSpec,
  type ShapeSpec,
  triggerOptions,
} from "../../src/protocol/index.ts";

/** A value of one option. */
export interface OptionSample {
  /** Options of `createFunction`, beside an id and a trigger. */
  options: Record<string, unknown>;
  /** Null when it is taken; else the name under which it is refused. */
  refusedAs: string | null;
}

interface Value {
  value: unknown;
  /** Where the fault is, from the option on; null when there is none. */
  faultAt: string | null;
}

const good = (value: unknown): Value => ({ value, faultAt: null });
const bad = (value: unknown, faultAt = ""): Value => ({ value, faultAt });

const expressions = {
  key: "event.data.k",
  condition: "event.data.n == 1",
  number: "event.data.n",
  cancel: "event.data.n == async.data.n",
};

function scalarValues(spec: ScalarSpec): Value[] {
  switch (spec.kind) {
    case "number": {
      const inside = [spec.min, spec.min + 1, ...(spec.max === undefined ? [1e9] : [spec.max])].map(good);
      const outside = [spec.min - 1, ...(spec.max === undefined ? [] : [spec.max + 1]), "5", true];
      return [...inside, ...[...outside, ...(spec.whole ? [spec.min + 0.5] : [])].map((value) => bad(value))];
    }
    case "time": {
      const inside = [`${spec.min}ms`, `${spec.min + 1}ms`, `${spec.max}ms`].map(good);
      const below = spec.min === 0 ? [] : [`${spec.min - 1}ms`];
      return [...inside, ...[...below, `${spec.max + 1}ms`, "soon", "-5s"].map((value) => bad(value))];
    }
    case "until":
      return [good("0s"), good(`${spec.max}ms`), good(new Date("2031-05-06")), bad(`${spec.max + 1}ms`), bad("soon")];
    case "expression":
      return [good(expressions[spec.gives]), bad(5), bad({})];
    case "name": {
      const star = spec.wildcard ? [good("shop/*"), good("shop.*")] : [bad("shop/*")];
      const longest = "x".repeat(spec.max);
      return [good("a"), good(longest), ...star, ...[`${longest}x`, "*", "a/*/b", 5].map((value) => bad(value))];
    }
    case "word":
      return [...spec.words.map(good), bad("nonsense"), bad(5)];
    case "flag":
      return [good(true), good(false), bad("yes"), bad(1)];
  }
}

function valuesOf(spec: OptionSpec): Value[] {
  if (spec.kind === "shape") return shapeValues(spec);
  if (spec.kind === "list") return listValues(spec);
  if (spec.kind !== "either") return scalarValues(spec);
  // Without a field of its own it is not the split form.
  const split = shapeValues(spec.split).filter(({ value }) => Object.keys(Object(value)).length > 0);
  return [...listValues(spec.plain), ...split.filter(({ value }) => typeof value === "object")];
}

/** One value that is taken. */
function goodValue(spec: OptionSpec): unknown {
  return valuesOf(spec).find(({ faultAt }) => faultAt === null)?.value;
}

function shapeValues(spec: ShapeSpec): Value[] {
  const { fields, required, bare, needs } = spec;
  const least = Object.fromEntries(required.map((field) => [field, goodValue(fields[field] as OptionSpec)]));
  const at = (field: string, { value, faultAt }: Value): Value => {
    const isNeeding = needs?.field === field && value !== needs.unless;
    const other = isNeeding ? { [needs.other]: goodValue(fields[needs.other] as OptionSpec) } : {};
    return { value: { ...least, ...other, [field]: value }, faultAt: faultAt === null ? null : `.${field}${faultAt}` };
  };
  const each = Object.entries(fields).flatMap(([field, one]) => valuesOf(one).map((value) => at(field, value)));
  const missing = required.map((field) => {
    const { [field]: _left, ...rest } = least;
    return bad(rest, `.${field}`);
  });
  const needing = needs === undefined ? [] : [bad({ ...least, [needs.field]: "env" }, `.${needs.other}`)];
  const plain = bare === undefined ? [] : scalarValues(fields[bare] as ScalarSpec);
  const odd = (bare === undefined ? [7, "text"] : ["text", true]).map((value) => bad(value));
  return [good(least), ...each, ...missing, ...needing, ...plain, ...odd];
}

function listValues({ entry, min, max, strict }: ListSpec): Value[] {
  const one = goodValue(entry);
  const many = (count: number): unknown[] => Array.from({ length: count }, () => one);
  const inList = valuesOf(entry).map(({ value, faultAt }) => ({
    value: [value],
    faultAt: faultAt === null ? null : `[0]${faultAt}`,
  }));
  const counts = [good(many(min)), good(many(max)), bad(many(max + 1)), ...(min > 0 ? [bad(many(min - 1))] : [])];
  return [...inList, ...counts, ...(strict ? [bad(one)] : valuesOf(entry))];
}

const named = (option: string, path: string, { value, faultAt }: Value): OptionSample => ({
  options: nested(path.split("."), value),
  refusedAs: faultAt === null ? null : `${option}${faultAt}`,
});

function nested([first = "", ...rest]: string[], value: unknown): Record<string, unknown> {
  return { [first]: rest.length === 0 ? value : nested(rest, value) };
}

/** Every option of the table with every value that says something of its bounds. */
export function optionSamples(): OptionSample[] {
  const flow = Object.entries(flowOptions).flatMap(([option, spec]) =>
    valuesOf(spec).map((value) => named(option, option, value)),
  );
  const { attempts, delays, ...growing } = retryOptions;
  const growingValues = Object.entries(growing).flatMap(([field, spec]) =>
    scalarValues(spec).map((value) => named(`retries.backoff.${field}`, `retries.backoff.${field}`, value)),
  );
  const retries = [
    ...valuesOf(attempts).map((value) => named("retries", "retries", value)),
    ...listValues(delays)
      .filter(({ value }) => Array.isArray(value))
      .map((value) => named("retries.backoff", "retries.backoff", value)),
    ...growingValues,
  ];
  return [...flow, ...retries, ...triggerSamples()];
}

function triggerSamples(): OptionSample[] {
  const { event, if: condition, jitter, missed } = triggerOptions;
  const inTrigger = (field: string, spec: ScalarSpec, rest: object): OptionSample[] =>
    scalarValues(spec).map(({ value, faultAt }) => ({
      options: { triggers: [{ ...rest, [field]: value }] },
      refusedAs: faultAt === null ? null : field,
    }));
  const cron = { cron: "0 6 * * *" };
  return [
    ...inTrigger("event", event, {}),
    ...inTrigger("if", condition, { event: "e" }),
    ...inTrigger("jitter", jitter, cron),
    ...inTrigger("missed", missed, cron),
  ];
}

/** Every two options of the table beside each other, and which of them cannot stay. */
export function optionPairs(): OptionSample[] {
  // The first value of a list or of an object may ask for nothing; these ask for something.
  const asking: Record<string, unknown> = {
    concurrency: 5,
    priority: { run: expressions.number },
    timeouts: { start: "1m" },
    cancelOn: [{ event: "stop" }],
  };
  const values = Object.entries(flowOptions).map(
    ([option, spec]) => [option, asking[option] ?? goodValue(spec)] as const,
  );
  return values.flatMap(([one, first], index) =>
    values.slice(index + 1).map(([other, second]) => ({
      options: { [one]: first, [other]: second },
      refusedAs: excludedOption((option) => option === one || option === other) ?? null,
    })),
  );
}
