/**
 * Conditions: CEL over an event, as triggers carry them in `if`. Compiled once, kept, and evaluated in process.
 * Called by registration (to refuse what does not compile) and by match. Never evaluates what was not compiled here.
 */
import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import { EngineError } from "../../domain/error.ts";
import type { EventRecord } from "../../domain/event.ts";

type Arithmetic = (left: number | bigint, right: number | bigint) => number;

const arithmetic: Record<string, Arithmetic> = {
  "+": (left, right) => Number(left) + Number(right),
  "-": (left, right) => Number(left) - Number(right),
  "*": (left, right) => Number(left) * Number(right),
  "/": (left, right) => Number(left) / Number(right),
};

/** JSON numbers are doubles and literals are ints: CEL has no operator for the two together, people expect one. */
function createEnvironment(): Environment {
  const environment = new Environment().registerVariable("event", "map");
  for (const [operator, apply] of Object.entries(arithmetic)) {
    environment.registerOperator(`double ${operator} int: double`, apply);
    environment.registerOperator(`int ${operator} double: double`, apply);
  }
  return environment;
}

const environment = createEnvironment();
const compiled = new Map<string, ParseResult>();
const compiledLimit = 10_000;

/** `matches` runs on a backtracking engine: one bad pattern could hold up every event. */
function callsMatches(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(callsMatches);
  if (node === null || typeof node !== "object" || !("op" in node)) return false;
  const { op, args } = node as ASTNode;
  const name = op === "rcall" || op === "call" ? (args as unknown[])[0] : null;
  return name === "matches" || (typeof args === "object" && callsMatches(args));
}

function refuse(expression: string, why: string, cause?: unknown): EngineError {
  return new EngineError("invalid_expression", `The condition \`${expression}\` cannot be used: ${why}`, { cause });
}

/** @throws EngineError `invalid_expression` with what is wrong and where */
export function compileCondition(expression: string): ParseResult {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  let parsed: ParseResult;
  try {
    parsed = environment.parse(expression);
  } catch (error) {
    throw refuse(expression, error instanceof Error ? error.message : String(error), error);
  }
  if (callsMatches(parsed.ast)) {
    throw refuse(expression, "`matches` is not supported yet. Use ==, startsWith, endsWith or contains.");
  }
  const check = parsed.check();
  if (!check.valid) throw refuse(expression, check.error?.message ?? "its types do not fit together");
  if (check.type !== undefined && check.type !== "bool" && check.type !== "dyn") {
    throw refuse(expression, `it gives ${check.type}, and a condition must give true or false`);
  }
  if (compiled.size >= compiledLimit) compiled.clear();
  compiled.set(expression, parsed);
  return parsed;
}

/** What a condition sees of an event: its fields with `data` parsed. */
export function conditionEvent(event: EventRecord): Record<string, unknown> {
  return {
    id: event.id,
    name: event.name,
    ts: event.ts,
    data: JSON.parse(event.data),
    user: {},
    ...(event.v === null ? {} : { v: event.v }),
  };
}

export type ConditionResult = { holds: boolean; error: string | null };

/**
 * Whether a condition holds for an event. A missing field means that it does not;
 * any other failure does too, and is told in `error`.
 */
export function evaluateCondition(expression: string, event: Record<string, unknown>): ConditionResult {
  try {
    const value: unknown = compileCondition(expression)({ event });
    if (typeof value === "boolean") return { holds: value, error: null };
    return { holds: false, error: `The condition \`${expression}\` gave ${typeof value} instead of true or false` };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { holds: false, error: message.startsWith("No such key") ? null : message };
  }
}
