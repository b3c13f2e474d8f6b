/** What is said to users whose function does not do in one call what it did in another. Called by execute. */
import type { Logger } from "../function/index.ts";
import { knownStepIds } from "../steps/index.ts";
import type { Outcome } from "./outcome.ts";
import type { Replay } from "./replay.ts";

const NAMED = 10;
const NAMES_KEPT = 1000;

/** New steps, while the run remembers some that the code has not asked for: it may have been changed under the run. */
export function warnOfChange(logger: Logger, replay: Replay, outcome: Outcome): void {
  const isNew = outcome.type === "steps-found" || (outcome.type === "step-ran" && replay.newSteps.length > 0);
  if (!isNew || replay.isMemorySpent()) return;
  const missing = replay.unasked();
  const came = replay.newSteps.map(({ call }) => call.id);
  logger.warn(
    `The run remembers steps that the function did not ask for: ${listOf(knownStepIds(missing))}; it asked for ${listOf(came)} instead. Was the code changed?`,
  );
}

/** Repeated ids in parallel are told apart by the order of their calls alone. */
export function warnOfParallelIndex(logger: Logger, id: string): void {
  warnByCode(
    logger,
    "AUTOMATIC_PARALLEL_INDEXING",
    `Step "${id}" was called again before its first call had a result, so only the order of the calls tells one from the other.`,
    "Give each step an id of its own.",
  );
}

/** A step that was called while another runs, where nothing tells whether it is nested or a parallel branch's. */
export function warnOfNesting(logger: Logger, inner: string, outer: string): void {
  warnByCode(
    logger,
    "NESTING_STEPS",
    `Step "${inner}" was called while step "${outer}" runs: if "${outer}" awaits it, it waits forever.`,
    `Call "${inner}" after "${outer}".`,
  );
}

/** @returns what was written. */
export function warnByCode(logger: Logger, code: string, explanation: string, action: string): string {
  const text = `${explanation} ${action}`;
  logger.warn({ code, explanation, action }, text);
  return text;
}

const warnedOf = new Set<string>();

/** Options of a step that mean nothing here; once for each name, so that loops are not drowned in it. */
export function warnOfOptions(logger: Logger, id: string, unknown: readonly string[]): void {
  const news = unknown.filter((name) => !warnedOf.has(name));
  if (news.length === 0 || warnedOf.size >= NAMES_KEPT) return;
  for (const name of news) warnedOf.add(name);
  logger.warn(`Step "${id}" has options that mean nothing: ${listOf(news)}. Known: id, name, parallelMode, retries.`);
}

function listOf(ids: readonly string[]): string {
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : "";
  return ids.slice(0, NAMED).join(", ") + more;
}
