/**
 * Makes the condition of a wait independent of the run: what it says of `event` is replaced by the values that the event has,
 * so that later only the arriving event is needed. Finds the equality by which waits are looked up. Called by waits of all kinds.
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import { toComparableJson } from "../../domain/stored-json.ts";
import { compileCondition } from "./condition.ts";
import { type Fields, fieldOf } from "./values.ts";

/** Characters of a literal that is written into a condition. */
const maxLiteralLength = 4_000;
const maxConditionLength = 16_000;

export interface FilledCondition {
  /** CEL over `async` alone, unless the values were too long to be written out: then over `event` too. */
  condition: string;
  /** A field of the later event that must have `value`, e.g. `data.userId`. Both empty: none is known. */
  path: string;
  /** Canonical JSON text. */
  value: string;
}

/** A JSON value as CEL has it. Numbers stay fractions: in CEL `7 / 2` is 3 and `7.0 / 2` is 3.5. */
function toLiteral(value: unknown): string {
  if (typeof value === "number") {
    const text = String(value);
    const literal = /[.e]/.test(text) ? text : `${text}.0`;
    return value < 0 ? `(${literal})` : literal;
  }
  if (Array.isArray(value)) return `[${value.map(toLiteral).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${toLiteral(item)}`)
    .join(",")}}`;
}

/** Children of a node, in any order. */
function childrenOf(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === "object" && part !== null && "op" in part) found.push(part as ASTNode);
  };
  visit(node.args);
  return found;
}

/** The steps from a variable to a field, with literals only; null for anything else. `root` is the variable's name. */
function pathOf(node: ASTNode, root: string): (string | number)[] | null {
  if (node.op === "id") return node.args === root ? [] : null;
  if (node.op !== "." && node.op !== "[]") return null;
  const [holder, key] = node.args as [ASTNode, string | ASTNode];
  const before = pathOf(holder, root);
  if (before === null) return null;
  if (typeof key === "string") return [...before, key];
  if (key.op !== "value") return null;
  const literal = typeof key.args === "bigint" ? Number(key.args) : key.args;
  return typeof literal === "string" || typeof literal === "number" ? [...before, literal] : null;
}

function valueAt(fields: Fields, path: readonly (string | number)[]): unknown {
  let value: unknown = fields;
  for (const key of path) value = fieldOf(value, key);
  return value;
}

interface Replacement {
  start: number;
  end: number;
  literal: string;
}

function collect(node: ASTNode, event: Fields, into: Replacement[]): void {
  const path = pathOf(node, "event");
  if (path === null) {
    for (const child of childrenOf(node)) collect(child, event, into);
    return;
  }
  into.push({ start: node.start, end: node.end, literal: toLiteral(valueAt(event, path)) });
}

/** The condition with the values of `event` written out; null when they are too long for that. */
function writeOut(condition: string, node: ASTNode, event: Fields): string | null {
  const replacements: Replacement[] = [];
  collect(node, event, replacements);
  let text = condition;
  for (const { start, end, literal } of replacements.sort((left, right) => right.start - left.start)) {
    if (literal.length > maxLiteralLength) return null;
    text = text.slice(0, start) + literal + text.slice(end);
  }
  return text.length > maxConditionLength ? null : text;
}

function conjuncts(node: ASTNode): ASTNode[] {
  return node.op === "&&" ? (node.args as ASTNode[]).flatMap(conjuncts) : [node];
}

/** The text of a scalar that both sides of an equality may have; undefined for others. */
function scalarText(value: unknown): string | undefined {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? String(value) : undefined;
  if (typeof value === "object" && value !== null) return undefined;
  return toComparableJson(value);
}

/** What a side of an equality is worth without the later event; undefined when that is not known. */
function literalOf(node: ASTNode, event: Fields): string | undefined {
  if (node.op === "value") return scalarText(node.args);
  const path = pathOf(node, "event");
  return path === null ? undefined : scalarText(valueAt(event, path));
}

/** A field's path as text; null when a step would not survive that. */
function lookupPath(node: ASTNode): string | null {
  const path = pathOf(node, "async");
  if (path === null || path.length === 0) return null;
  const plain = path.every((key) => typeof key === "string" && /^[A-Za-z_][\w-]*$/.test(key));
  return plain ? path.join(".") : null;
}

function findEquality(node: ASTNode, event: Fields): { path: string; value: string } {
  for (const { op, args } of conjuncts(node)) {
    if (op !== "==") continue;
    const [left, right] = args as [ASTNode, ASTNode];
    for (const [field, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const path = lookupPath(field);
      const value = literalOf(other, event);
      if (path !== null && value !== undefined) return { path, value };
    }
  }
  return { path: "", value: "" };
}

/**
 * `event` is what started the run, as `conditionEvent` gives it.
 * @throws EngineError `invalid_expression`
 */
export function fillIn(condition: string, event: Fields): FilledCondition {
  const { node } = compileCondition(condition, "wait");
  return { condition: writeOut(condition, node, event) ?? condition, ...findEquality(node, event) };
}

/** Whether a filled-in condition still needs the event that started the run. */
export function needsTrigger(condition: string): boolean {
  const mentions = (node: ASTNode): boolean =>
    node.op === "id" ? node.args === "event" : childrenOf(node).some(mentions);
  return mentions(compileCondition(condition, "wait").node);
}
