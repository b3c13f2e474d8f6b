/**
 * Limits that people set over those of the code while the engine runs: the concurrency, throttle and rate limit of a function.
 * This says what one is and whether the function can have it; the rules say what it lets through. Called by create-operations.
 * Must never change what the code says: a sync leaves these alone, and a reset goes back to the code.
 */

import { exclusionReason, limits as protocolLimits } from "stepwell/protocol";
import type { KnownFunction } from "../../domain/app.ts";
import {
  entryOf,
  findOverride,
  type LimitControl,
  type LimitOverride,
  type LimitTarget,
  limitControls,
} from "../../domain/limit-override.ts";
import { readLimit } from "../apps/parse-flow.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";
import { findFunction, invalid, parseText, type Raw, toRaw } from "./who-and-why.ts";

const example =
  '{"function":"shop-charge","control":"concurrency","limit":2,"reason":"partner is slow","author":"ana"}';

const quoted = limitControls.map((control) => `"${control}"`).join(", ");

function functionOf(parts: Parts, { function: name }: Raw): KnownFunction {
  if (typeof name === "string" && name !== "") return findFunction(parts.registry, name);
  throw invalid("`function` must be the id of the function, such as shop-charge.");
}

function controlOf({ control }: Raw): LimitControl {
  const known = limitControls.find((name) => name === control);
  if (known !== undefined) return known;
  throw invalid(`\`control\` must be one of ${quoted}, got ${JSON.stringify(control ?? null)}.`);
}

/** What the concurrency limits of a function are called. */
function entriesOf(fn: KnownFunction, control: LimitControl): string[] {
  return control === "concurrency" || control === "runConcurrency" ? fn.flow[control].map(entryOf) : [];
}

/** For people: keys as they are written in `key`. */
const named = (entries: readonly string[]): string =>
  entries.map((entry) => (entry === "" ? '"" (the one without a key)' : JSON.stringify(entry))).join(" and ");

/** `isReset`: also finds one that the code does not have any more. */
function parseEntry(fn: KnownFunction, control: LimitControl, { key }: Raw, isReset: boolean): string {
  const isConcurrency = control === "concurrency" || control === "runConcurrency";
  if (key === undefined || key === null) {
    const set = isReset ? (fn.overrides ?? []).filter((override) => override.control === control) : [];
    const known = isReset ? set.map(({ entry }) => entry) : entriesOf(fn, control);
    if (known.length < 2) return known[0] ?? "";
    throw invalid(`${fn.slug} has ${known.length} limits of this kind: say which with \`key\`: ${named(known)}.`);
  }
  if (typeof key !== "string") throw invalid(`\`key\` must be a text, got ${JSON.stringify(key)}.`);
  if (!isConcurrency)
    throw invalid(`\`key\` says which of several concurrency limits is meant; a ${control} has none.`);
  const known = [...entriesOf(fn, control), ...(isReset ? (fn.overrides ?? []).map(({ entry }) => entry) : [])];
  if (key === "" || known.includes(key)) return key;
  const has = known.length === 0 ? "It has none in its code." : `Its keys are ${named(known)}.`;
  throw invalid(`${fn.slug} has no ${control} limit with the key ${JSON.stringify(key)}. ${has}`);
}

/** Refuses a limit that the function's code could not have either. */
function assertFits(parts: Parts, fn: KnownFunction, { control, entry }: Pick<LimitTarget, "control" | "entry">): void {
  if (control === "rateLimit" && fn.flow.batch !== null)
    throw invalid(`${fn.slug} has \`batchEvents\`, which cannot be combined with \`rateLimit\`: ${exclusionReason}.`);
  const entries = entriesOf(fn, control);
  if (entries.includes(entry)) return;
  const most =
    control === "concurrency"
      ? Math.max(parts.limits.concurrencyPerFunction, protocolLimits.concurrencyPerFunction)
      : control === "runConcurrency"
        ? 1
        : Number.POSITIVE_INFINITY;
  if (entries.length >= most)
    throw invalid(
      `${fn.slug} has ${entries.length} ${control} limits in its code, and ${most} is the most: set one of those, with \`key\`: ${named(entries)}.`,
    );
}

/** A period and a burst that are left out stay as they are. */
function withKnown(fn: KnownFunction, control: LimitControl, raw: Raw): Raw {
  if (control !== "throttle" && control !== "rateLimit") return raw;
  const { limit, period, burst } = raw;
  const known = findOverride(fn.overrides ?? [], control) ?? fn.flow[control];
  const periodMs = known?.periodMs ?? null;
  return {
    limit,
    period: period ?? (periodMs === null ? undefined : `${periodMs}ms`),
    ...(control === "throttle" && { burst: burst ?? (known !== null && "burst" in known ? known.burst : undefined) }),
  };
}

function refuseForeign(control: LimitControl, raw: Raw): void {
  const own = control === "throttle" ? ["period", "burst"] : control === "rateLimit" ? ["period"] : [];
  for (const field of ["period", "burst"])
    if (raw[field] !== undefined && raw[field] !== null && !own.includes(field))
      throw invalid(`\`${field}\` is nothing that a ${control} has.`);
}

function parseLimit(parts: Parts, fn: KnownFunction, control: LimitControl, raw: Raw): ReturnType<typeof readLimit> {
  refuseForeign(control, raw);
  try {
    return readLimit(control, withKnown(fn, control, raw), parts.limits);
  } catch (error) {
    throw invalid(`${error instanceof Error ? error.message : String(error)}.`);
  }
}

/**
 * Holds from the moment that this resolves, at every engine: what waits goes by it at its next turn, what runs is left alone.
 * `body` is `{ function, control, key?, limit, period?, burst?, reason, author }`: `control` is one of `limitControls`, `key` says
 * which of several concurrency limits. One that was set before is replaced.
 * @throws EngineError `invalid_request`, `unknown_function`
 */
export async function setLimit(parts: Parts, committer: Committer, body: unknown): Promise<LimitOverride> {
  const raw = toRaw(body, `A limit is an object such as ${example}.`);
  const fn = functionOf(parts, raw);
  const control = controlOf(raw);
  const entry = parseEntry(fn, control, raw, false);
  assertFits(parts, fn, { control, entry });
  const limitOverride: LimitOverride = {
    functionId: fn.id,
    control,
    entry,
    ...parseLimit(parts, fn, control, raw),
    reason: parseText(raw, "reason"),
    author: parseText(raw, "author"),
    at: parts.clock.now(),
  };
  await committer.commit({ lease: null, limitOverride }, "new");
  await parts.registry.load();
  return limitOverride;
}

/**
 * `body` is `{ function, control?, key? }`; without `control`, all limits of the function go back. Resolves with those that people
 * had set; with none when the code's held anyway.
 * @throws EngineError what {@link setLimit} throws
 */
export async function resetLimits(parts: Parts, committer: Committer, body: unknown): Promise<LimitOverride[]> {
  const raw = toRaw(
    body,
    'What is to be reset is an object such as {"function":"shop-charge","control":"concurrency"}.',
  );
  const fn = functionOf(parts, raw);
  const set = fn.overrides ?? [];
  const isAll = raw["control"] === undefined || raw["control"] === null;
  const control = isAll ? null : controlOf(raw);
  const entry = control === null ? "" : parseEntry(fn, control, raw, true);
  const gone = set.filter((one) => control === null || (one.control === control && one.entry === entry));
  if (gone.length === 0) return [];
  const resetLimitsOf = gone.map(({ functionId, control: of, entry: name }) => ({
    functionId,
    control: of,
    entry: name,
  }));
  await committer.commit({ lease: null, resetLimits: resetLimitsOf }, "new");
  await parts.registry.load();
  return gone;
}
