/** Rules from the table of function options that both packages read. Called by the checks of functions, triggers and retries. */
import { durationToMs, isDuration, isMoment } from "../duration/index.ts";
import {
  allowedText,
  type ListSpec,
  type OptionSpec,
  type ScalarSpec,
  type ShapeSpec,
  shapeText,
} from "../protocol/option-spec.ts";
import { isRecord, isText, list, type Rule, rule, shape, show } from "./rules.ts";

/** A name without a star, or with one at the end of a part. */
const WILDCARD = /^[^*]*$|^[^*]*[/.]\*$/;

/** The rule for one entry of the table. Fields may be given other rules, for what authors write in another way than it travels. */
export function fromSpec(spec: OptionSpec, fields: Readonly<Record<string, Rule>> = {}): Rule {
  switch (spec.kind) {
    case "either": {
      const [plain, split] = [fromSpec(spec.plain), fromSpec(spec.split)];
      return (value, path, report) => {
        const isSplit = isRecord(value) && Object.keys(spec.split.fields).some((field) => field in value);
        (isSplit ? split : plain)(value, path, report);
      };
    }
    case "list":
      return fromList(spec, fromSpec(spec.entry, fields));
    case "shape":
      return fromShape(spec, fields);
    default:
      return rule(allowedText(spec), (value) => fits(spec, value));
  }
}

function fromList({ min, max, strict }: ListSpec, entry: Rule): Rule {
  const entries = list(entry, min, max);
  return (value, path, report) => (strict || Array.isArray(value) ? entries : entry)(value, path, report);
}

function fromShape(spec: ShapeSpec, others: Readonly<Record<string, Rule>>): Rule {
  const { fields, required, bare, needs } = spec;
  const rules: Record<string, Rule> = {};
  for (const [field, spec] of Object.entries(fields)) rules[field] = fromSpec(spec);
  const object = shape({ ...rules, ...others }, ...required);
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
    case "number":
      return (
        (spec.whole ? Number.isSafeInteger : Number.isFinite)(value) && isBetween(value as number, spec.min, spec.max)
      );
    case "time":
      return isDuration(value) && isBetween(durationToMs(value), spec.min, spec.max);
    case "until":
      return isMoment(value) || (isDuration(value) && isBetween(durationToMs(value), 0, spec.max));
    case "expression":
      return isText(value);
    case "name":
      return isText(value) && value.length <= spec.max && (spec.wildcard ? WILDCARD.test(value) : !value.includes("*"));
    case "word":
      return spec.words.includes(value as string);
    default:
      return typeof value === "boolean";
  }
}

function isBetween(value: number, min: number, max: number = Number.POSITIVE_INFINITY): boolean {
  return value >= min && value <= max;
}
