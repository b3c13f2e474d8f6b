/**
 * Reads options of a registration by the protocol's table and says what is wrong with them: which option, what it is, what it
 * may be. Called by parse-flow, parse-triggers and parse-registration. Pure. More lenient than the SDK's check of the same
 * table only in how languages spell "left out" (null, an empty text), words (any case) and a list of one.
 */
import {
  allowedText,
  type EitherSpec,
  type ExpressionSpec,
  type FlagSpec,
  type ListSpec,
  type NameSpec,
  type NumberSpec,
  type OptionSpec,
  parseTimeString,
  type ScalarSpec,
  type ShapeSpec,
  shapeText,
  type TimeSpec,
  type UntilSpec,
  type WordSpec,
} from "stepwell/protocol";
import { toWellFormed } from "../../domain/stored-json.ts";
import { compileCancelCondition, compileCondition } from "../expression/condition.ts";
import { compileKey, compileNumber } from "../expression/key.ts";
import { toWord } from "../wire/spelling.ts";

export type RawObject = Record<string, unknown>;

/** What an option comes to: lengths of time in milliseconds, null for a field that was left out. */
export type Read<TSpec> = TSpec extends NumberSpec | TimeSpec
  ? number
  : TSpec extends WordSpec<infer TWord>
    ? TWord
    : TSpec extends FlagSpec
      ? boolean
      : TSpec extends ExpressionSpec | NameSpec | UntilSpec
        ? string
        : TSpec extends ListSpec<infer TEntry>
          ? Read<TEntry>[]
          : TSpec extends ShapeSpec<infer TFields, infer TRequired>
            ? { [K in keyof TFields]: Read<TFields[K]> | (K extends TRequired ? never : null) }
            : TSpec extends EitherSpec<infer TPlain, infer TSplit>
              ? { plain: Read<TPlain> } | { split: Read<TSplit> }
              : never;

/** The bound that the engine's owner has set in place of the table's: by the option's name without indices; `name[]` is of a list's entries. */
export type Maxima = Readonly<Record<string, number>>;

const shownLength = 100;
const wildcardName = /^[^*]*$|^[^*]*[/.]\*$/;
const compilers: Record<ExpressionSpec["gives"], (text: string) => unknown> = {
  key: (text) => compileKey(text),
  condition: (text) => compileCondition(text),
  number: (text) => compileNumber(text),
  cancel: compileCancelCondition,
};

export function isObject(value: unknown): value is RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether an option was left out. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Whether it was left out, or left empty, as languages do whose texts cannot be absent. */
function isEmpty(value: unknown): boolean {
  return isAbsent(value) || (typeof value === "string" && value.trim() === "");
}

export function fault(option: string, value: unknown, allowed: string): Error {
  const shown = (JSON.stringify(value) ?? String(value)).slice(0, shownLength);
  return new Error(`\`${option}\` must be ${allowed}, got ${shown}`);
}

/** @throws Error that names the option, what it is and what it may be */
export function readOption<TSpec extends OptionSpec>(
  spec: TSpec,
  option: string,
  value: unknown,
  maxima: Maxima = {},
): Read<TSpec> {
  // The one place where the type of what is read is tied to the entry of the table that it is read by.
  return read(spec, option, value, maxima) as Read<TSpec>;
}

/** Null when the option was left out. */
export function readOptional<TSpec extends OptionSpec>(
  spec: TSpec,
  option: string,
  value: unknown,
  maxima: Maxima = {},
): Read<TSpec> | null {
  return isEmpty(value) ? null : readOption(spec, option, value, maxima);
}

function read(spec: OptionSpec, option: string, value: unknown, maxima: Maxima): unknown {
  switch (spec.kind) {
    case "either": {
      const isSplit = isObject(value) && Object.keys(spec.split.fields).some((field) => field in value);
      const chosen = isSplit ? "split" : "plain";
      return { [chosen]: read(spec[chosen], option, value, maxima) };
    }
    case "list":
      return readList(spec, option, value, maxima);
    case "shape":
      return readShape(spec, option, value, maxima);
    default:
      return readScalar(withMaximum(spec, option, maxima), option, value);
  }
}

function withMaximum<TSpec extends ScalarSpec | ListSpec>(spec: TSpec, option: string, maxima: Maxima): TSpec {
  const max = maxima[option.replace(/\[\d+\]/g, "") + (spec.kind === "list" ? "[]" : "")];
  return max === undefined ? spec : { ...spec, max };
}

function readList(spec: ListSpec, option: string, value: unknown, maxima: Maxima): unknown[] {
  const { entry, min, max, strict } = withMaximum(spec, option, maxima);
  if (strict && !Array.isArray(value)) throw fault(option, value, "an array");
  const list = Array.isArray(value) ? value : [value];
  if (list.length > max) throw new Error(`\`${option}\` has ${list.length} entries, the most is ${max}`);
  if (list.length < min) throw new Error(`\`${option}\` has ${list.length} entries, the least is ${min}`);
  return list.map((one, index) => read(entry, Array.isArray(value) ? `${option}[${index}]` : option, one, maxima));
}

function readShape(spec: ShapeSpec, option: string, value: unknown, maxima: Maxima): RawObject {
  const { fields, required, bare, needs } = spec;
  const raw = bare !== undefined && typeof value === "number" ? { [bare]: value } : value;
  if (!isObject(raw)) throw fault(option, value, shapeText(spec));
  const at = (field: string): string => (raw === value ? `${option}.${field}` : option);
  const out: RawObject = {};
  for (const [field, one] of Object.entries(fields)) {
    const isLeftOut = isEmpty(raw[field]) && !required.includes(field);
    out[field] = isLeftOut ? emptyOf(one) : read(one, at(field), raw[field], maxima);
  }
  const chosen = needs === undefined ? null : (out[needs.field] ?? needs.unless);
  if (needs !== undefined && chosen !== needs.unless && out[needs.other] === null)
    throw new Error(
      `\`${at(needs.other)}\` is missing: with \`${needs.field}\` "${chosen}" it must be ${allowedText(fields[needs.other] as ScalarSpec)}`,
    );
  return out;
}

function emptyOf(spec: OptionSpec): [] | null {
  return spec.kind === "list" ? [] : null;
}

function readScalar(spec: ScalarSpec, option: string, value: unknown): unknown {
  const text = typeof value === "string" ? toWellFormed(value.trim()) : "";
  switch (spec.kind) {
    case "number":
      if (isNumber(value, spec)) return value;
      break;
    case "time": {
      const ms = parseTimeString(text);
      if (ms !== null && ms >= spec.min && ms <= spec.max) return Math.round(ms);
      break;
    }
    case "until":
      if (isUntil(text, spec.max)) return text;
      break;
    case "expression":
      if (text !== "") return compiled(option, text, compilers[spec.gives]);
      break;
    case "name":
      if (isName(text, spec)) return text;
      break;
    case "word": {
      const word = toWord(value, spec.words);
      if (spec.words.includes(word as string)) return word;
      break;
    }
    case "flag":
      if (typeof value === "boolean") return value;
  }
  throw fault(option, value, allowedText(spec));
}

function isNumber(value: unknown, { min, max = Number.POSITIVE_INFINITY, whole }: NumberSpec): boolean {
  return typeof value === "number" && (!whole || Number.isSafeInteger(value)) && value >= min && value <= max;
}

function isUntil(text: string, max: number): boolean {
  const ms = parseTimeString(text);
  return ms === null ? text !== "" && !Number.isNaN(Date.parse(text)) : ms <= max;
}

function isName(text: string, { max, wildcard }: NameSpec): boolean {
  return text !== "" && text.length <= max && (wildcard ? wildcardName.test(text) : !text.includes("*"));
}

function compiled(option: string, text: string, compile: (text: string) => unknown): string {
  try {
    compile(text);
  } catch (error) {
    throw new Error(`\`${option}\`: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return text;
}
