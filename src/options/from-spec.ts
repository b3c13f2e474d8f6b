/** Rules from the table of function options that both packages read. Called by the checks of functions, triggers and retries. */
import { durationToMs, isDuration, isMoment } from "../duration/index.ts";
import { allowedText, type OptionSpec, type ScalarSpec, type ShapeSpec, shapeText } from "../protocol/option-spec.ts";
import { isRecord, isText, list, type Rule, rule, shape, show } from "./rules.ts";

/** A name without a star, or with one at the end of a part. */
const WILDCARD = /^[^*]*$|^[^*]*[/.]\*$/;

/** The rule for one entry of the table. */
export function fromSpec(spec: OptionSpec): Rule {
  if (spec.kind === "either") {
    const [plain, split] = [fromSpec(spec.plain), fromSpec(spec.split)];
    return (value, path, report) => {
      const isSplit = isRecord(value) && Object.keys(spec.split.fields).some((field) => field in value);
      (isSplit ? split : plain)(value, path, report);
    };
  }
  if (spec.kind === "shape") return fromShape(spec);
  if (spec.kind !== "list") return rule(allowedText(spec), (value) => fits(spec, value));
  const entry = fromSpec(spec.entry);
  const entries = list(entry, spec.min, spec.max);
  return (value, path, report) => (spec.strict || Array.isArray(value) ? entries : entry)(value, path, report);
}

/** Every entry of a table by its name, as rules. */
export function fromSpecs<TName extends string>(specs: Readonly<Record<TName, OptionSpec>>): Record<TName, Rule> {
  const rules = Object.entries<OptionSpec>(specs).map(([name, spec]) => [name, fromSpec(spec)] as const);
  return Object.fromEntries(rules) as Record<TName, Rule>;
}

function fromShape(spec: ShapeSpec): Rule {
  const { fields, required, bare, needs } = spec;
  const rules = fromSpecs(fields);
  const object = shape(rules, ...required);
  return (value, path, report) => {
    if (bare !== undefined && !isRecord(value)) {
      if (typeof value !== "number") report(path, `is ${show(value)}`, shapeText(spec));
      return (rules[bare] as Rule)(value, path, report);
    }
    object(value, path, report);
    const { [needs?.field ?? ""]: given, [needs?.other ?? ""]: other } = value as Record<string, unknown>;
    if (needs && given !== undefined && given !== needs.unless && other === undefined) {
      report(`${path}.${needs.other}`, "is missing", allowedText(fields[needs.other] as ScalarSpec));
    }
  };
}

function fits(spec: ScalarSpec, value: unknown): boolean {
  switch (spec.kind) {
    case "expression":
      return isText(value);
    case "name":
      return isText(value) && value.length <= spec.max && (spec.wildcard ? WILDCARD.test(value) : !value.includes("*"));
    case "word":
      return spec.words.includes(value as string);
    case "flag":
      return typeof value === "boolean";
    case "number":
      return (!spec.whole || Number.isSafeInteger(value)) && isBetween(value, spec);
    default:
      return isDuration(value) ? isBetween(durationToMs(value), spec) : spec.kind === "until" && isMoment(value);
  }
}

function isBetween(value: unknown, { min, max = Number.POSITIVE_INFINITY }: { min: number; max?: number }): boolean {
  return Number.isFinite(value) && (value as number) >= min && (value as number) <= max;
}
