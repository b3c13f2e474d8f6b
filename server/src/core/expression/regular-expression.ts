/** `matches`: regular expressions that take time in proportion to the text, whatever the pattern. RE2's syntax. */
import { RE2JS } from "re2js";
import type { Budget } from "./budget.ts";
import { ExpressionFault } from "./values.ts";

const maxPatternLength = 1000;
const maxProgramSize = 5000;
const keptPatterns = 500;
/** Characters times instructions that count as one step. */
const stepWork = 20;

const compiled = new Map<string, RE2JS>();

/** @throws ExpressionFault when the pattern is malformed or too big */
export function compilePattern(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > maxPatternLength)
    throw new ExpressionFault(`a pattern has ${pattern.length} characters, the most is ${maxPatternLength}`);
  let made: RE2JS;
  try {
    made = RE2JS.compile(pattern);
  } catch (error) {
    throw new ExpressionFault(`the pattern \`${pattern}\` is malformed: ${(error as Error).message}`, { cause: error });
  }
  if (made.programSize() > maxProgramSize) throw new ExpressionFault(`the pattern \`${pattern}\` repeats too much`);
  if (compiled.size >= keptPatterns) compiled.delete(compiled.keys().next().value as string);
  compiled.set(pattern, made);
  return made;
}

/** Whether the pattern is found anywhere in the text. */
export function matchesPattern(text: string, pattern: string, budget: Budget): boolean {
  budget.charge(pattern.length);
  const program = compilePattern(pattern);
  budget.charge((text.length * program.programSize()) / stepWork);
  return program.matcher(text).find();
}
