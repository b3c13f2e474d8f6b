/**
 * How the table of function options says what an option may be: as data, so that the SDK's check, the engine's parsing and
 * the pages read one and the same. Pure; says nothing of how a value is read.
 */

/** A number; `whole`: without a fraction. Bounds include their ends; without a `max` there is none. */
export interface NumberSpec {
  readonly kind: "number";
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/** A length of time. Bounds in milliseconds, their ends included. */
export interface TimeSpec {
  readonly kind: "time";
  readonly min: number;
  readonly max: number;
}

/** A length of time, at most `max` milliseconds, or a moment. */
export interface UntilSpec {
  readonly kind: "until";
  readonly min: 0;
  readonly max: number;
}

/** CEL, and what it must give. `cancel`: a condition over two events, with operators only. */
export interface ExpressionSpec {
  readonly kind: "expression";
  readonly gives: "key" | "condition" | "number" | "cancel";
}

/** An event's name, up to `max` characters; `wildcard`: it may end in `*`, after `/` or `.`. */
export interface NameSpec {
  readonly kind: "name";
  readonly max: number;
  readonly wildcard?: boolean;
}

export interface WordSpec<TWord extends string = string> {
  readonly kind: "word";
  readonly words: readonly TWord[];
}

export interface FlagSpec {
  readonly kind: "flag";
}

export interface ShapeSpec<TFields extends SpecFields = SpecFields, TRequired extends string = string> {
  readonly kind: "shape";
  readonly fields: TFields;
  readonly required: readonly TRequired[];
  /** The field that a bare value stands for. */
  readonly bare?: string;
  /** A field of any other value than this one needs another field. */
  readonly needs?: { readonly field: string; readonly unless: string; readonly other: string };
}

/** Entries, or a single one in place of the list. */
export interface ListSpec<TEntry extends OptionSpec = OptionSpec> {
  readonly kind: "list";
  readonly entry: TEntry;
  readonly min: number;
  readonly max: number;
  /** True: it must be an array. */
  readonly strict?: boolean;
}

/** `split` when the value has one of its fields, else `plain`. */
export interface EitherSpec<TPlain extends ListSpec = ListSpec, TSplit extends ShapeSpec = ShapeSpec> {
  readonly kind: "either";
  readonly plain: TPlain;
  readonly split: TSplit;
}

export type ScalarSpec = NumberSpec | TimeSpec | UntilSpec | ExpressionSpec | NameSpec | WordSpec | FlagSpec;
export type OptionSpec = ScalarSpec | ShapeSpec | ListSpec | EitherSpec;
export type SpecFields = { readonly [field: string]: OptionSpec };

/** `"a", "b" or "c"`. */
export function wordsText(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return [quoted.slice(0, -1).join(", "), ...quoted.slice(-1)].filter((part) => part !== "").join(" or ");
}

/** What an object may be, or what may stand in its place. */
export function shapeText({ fields, bare }: ShapeSpec): string {
  const object = `an object with ${Object.keys(fields).join(", ")}`;
  return bare === undefined ? object : `${allowedText(fields[bare] as ScalarSpec)}, or ${object}`;
}

/**
 * What a value may be, in words that stand after "allowed:" and after "must be". What only it needs stands within, as
 * bundles without words leave out what stands in a function that makes words.
 */
export function allowedText(spec: ScalarSpec): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const;
  /** A length of time as authors write it: in the largest unit that divides it. */
  const timeText = (ms: number): string => {
    const [unit, size] = units.find(([, unitMs]) => ms >= unitMs && ms % unitMs === 0) ?? ["ms", 1];
    return `${ms / size}${unit}`;
  };
  const rangeText = (min: number, max?: number, show: (bound: number) => string = String): string =>
    max === undefined || max === Number.POSITIVE_INFINITY
      ? `of ${show(min)} or more`
      : `from ${show(min)} to ${show(max)}`;
  switch (spec.kind) {
    case "number":
      return `a ${spec.whole ? "whole " : ""}number ${rangeText(spec.min, spec.max)}`;
    case "time":
      return `a length of time ${rangeText(spec.min, spec.max, timeText)} such as "30s" or "1h30m"`;
    case "until":
      return 'a length of time such as "30s" or "1h30m", or a moment';
    case "expression":
      return 'a CEL expression such as "event.data.userId"';
    case "name":
      return `the name of an event, 1 to ${spec.max} characters, ${spec.wildcard ? '`*` only as the last one, after "/" or "."' : "without `*`"}`;
    case "word":
      return wordsText(spec.words);
    case "flag":
      return "true or false";
  }
}
