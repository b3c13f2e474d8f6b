/** `+ - * / %` of conditions. Whole literals stay whole among themselves; with a number from an event the result is a fraction. */
import { Duration, ExpressionFault, isNumber, Timestamp, typeOf } from "./values.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

const intMin = -(2n ** 63n);
const intMax = 2n ** 63n - 1n;

/** @throws ExpressionFault when it needs more than 64 bits */
export function toInt(value: bigint): bigint {
  if (value >= intMin && value <= intMax) return value;
  throw new ExpressionFault("a whole number needs more than 64 bits");
}

const wholes: Record<ArithmeticOperator, (left: bigint, right: bigint) => bigint> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
};

const fractions: Record<ArithmeticOperator, (left: number, right: number) => number> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
};

function onNumbers(operator: ArithmeticOperator, left: number | bigint, right: number | bigint): number | bigint {
  if ((operator === "/" || operator === "%") && Number(right) === 0) throw new ExpressionFault("divide by zero");
  if (typeof left === "bigint" && typeof right === "bigint") return toInt(wholes[operator](left, right));
  return fractions[operator](Number(left), Number(right));
}

function onTimes(operator: ArithmeticOperator, left: unknown, right: unknown): unknown {
  const sign = operator === "-" ? -1 : 1;
  if (operator !== "+" && operator !== "-") return undefined;
  if (left instanceof Duration && right instanceof Duration) return new Duration(left.ms + sign * right.ms);
  if (left instanceof Timestamp && right instanceof Duration) return new Timestamp(left.ms + sign * right.ms);
  if (operator === "+" && left instanceof Duration && right instanceof Timestamp)
    return new Timestamp(left.ms + right.ms);
  if (operator === "-" && left instanceof Timestamp && right instanceof Timestamp)
    return new Duration(left.ms - right.ms);
  return undefined;
}

function add(left: unknown, right: unknown): unknown {
  const texts = typeof left === "string" || typeof right === "string";
  if (texts && (typeof left === "string" || isNumber(left)) && (typeof right === "string" || isNumber(right)))
    return `${left}${right}`;
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  if (left instanceof Uint8Array && right instanceof Uint8Array) return new Uint8Array(Buffer.concat([left, right]));
  return undefined;
}

/** @throws ExpressionFault "divide by zero", an overflow, or what cannot be reckoned with */
export function reckon(operator: ArithmeticOperator, left: unknown, right: unknown): unknown {
  if (isNumber(left) && isNumber(right)) return onNumbers(operator, left, right);
  const value = onTimes(operator, left, right) ?? (operator === "+" ? add(left, right) : undefined);
  if (value !== undefined) return value;
  throw new ExpressionFault(`${typeOf(left)} ${operator} ${typeOf(right)} has no value`);
}

/** @throws ExpressionFault */
export function negate(value: unknown): unknown {
  if (typeof value === "bigint") return toInt(-value);
  if (typeof value === "number") return -value;
  if (value instanceof Duration) return new Duration(-value.ms);
  throw new ExpressionFault(`-${typeOf(value)} has no value`);
}
