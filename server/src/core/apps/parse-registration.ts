/**
 * Reads a registration and finds everything that is wrong with it at once. Pure but for the clock reading that crons need.
 * See docs/flow-control.md#bounds; recordings: test/protocol/fixtures/sync.json.
 */
import { limits as protocolLimits, retryOptions } from "stepwell/protocol";
import type { AppRecord, FunctionRecord } from "../../domain/app.ts";
import { EngineError } from "../../domain/error.ts";
import type { BackoffRule } from "../../domain/flow.ts";
import { shownUrl } from "../../domain/shown-url.ts";
import { toWellFormed } from "../../domain/stored-json.ts";
import type { EngineLimits } from "../limits/limits.ts";
import { toWord } from "../wire/spelling.ts";
import { isAbsent, isObject, type RawObject, readOption } from "./option-reader.ts";
import { parseBackoff, parseFlow } from "./parse-flow.ts";
import { parseTriggers } from "./parse-triggers.ts";
import { respellRegistration } from "./registration-shape.ts";

export type ParsedFunction = Pick<FunctionRecord, "slug" | "name" | "triggers" | "url" | "retries" | "flow">;

export interface ParsedRegistration extends Pick<AppRecord, "url" | "sdk" | "framework" | "appVersion"> {
  appName: string;
  functions: ParsedFunction[];
  /** What it holds that the engine does not know, in sentences. */
  warnings: string[];
}

function text(value: unknown): string {
  return typeof value === "string" ? toWellFormed(value.trim()) : "";
}

function parseStep(raw: unknown, limits: EngineLimits): { url: string; retries: number; backoff: BackoffRule | null } {
  const steps = isObject(raw) ? Object.values(raw) : [];
  const step = steps[0];
  if (steps.length !== 1 || !isObject(step))
    throw new Error(`\`steps\` must hold exactly one step, it holds ${steps.length}`);
  const runtime = isObject(step.runtime) ? step.runtime : {};
  if (!isAbsent(runtime.type) && toWord(runtime.type, ["http"]) !== "http")
    throw new Error(
      `runtime "${String(runtime.type)}" is not supported by this version of Stepwell's engine yet; serve the app over HTTP`,
    );
  const url = text(runtime.url);
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ""))
    throw new Error(`its url "${shownUrl(url)}" must be an absolute http or https address`);
  const { attempts, backoff } = isObject(step.retries) ? step.retries : {};
  const retries = readOption(retryOptions.attempts, "retries", attempts ?? protocolLimits.retriesDefault, {
    retries: limits.retriesMax,
  });
  return { url, retries, backoff: parseBackoff(backoff) };
}

/** Its id; without one it is made from its name. Empty when there is neither. */
function slugOf(raw: unknown): string {
  if (!isObject(raw)) return "";
  return text(raw.id) || toSlug(text(raw.name));
}

/** As SDKs make ids of names: "Order created!" gives "order-created". */
function toSlug(name: string): string {
  const joined = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return joined.replace(/^-|-$/g, "");
}

function labelOf(raw: unknown, index: number): string {
  const slug = slugOf(raw);
  return slug === "" ? `Function ${index + 1}` : `Function "${slug}"`;
}

function parseFunction(
  raw: unknown,
  index: number,
  now: number,
  limits: EngineLimits,
  faults: string[],
): ParsedFunction | null {
  const slug = slugOf(raw);
  try {
    if (!isObject(raw) || slug === "") throw new Error("it has no `id`, and no `name` to make one of");
    const triggers = parseTriggers(raw.triggers, now, limits);
    const { backoff, ...step } = parseStep(raw.steps, limits);
    const flow = { ...parseFlow(raw, limits), backoff };
    return { slug, name: text(raw.name) || slug, triggers, ...step, flow };
  } catch (error) {
    faults.push(`${labelOf(raw, index)}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function duplicates(functions: ParsedFunction[]): string[] {
  const seen = new Set<string>();
  const twice = functions.filter(({ slug }) => seen.size === seen.add(slug).size);
  return [
    ...new Set(twice.map(({ slug }) => `Function "${slug}": two functions of the app have this id; give each its own`)),
  ];
}

function invalid(message: string, faults: string[]): EngineError {
  return new EngineError("invalid_registration", [message, ...faults].join("\n"), { data: faults });
}

/** @throws EngineError `invalid_registration`, `data` is one line for each fault */
export function parseRegistration(body: unknown, now: number, limits: EngineLimits): ParsedRegistration {
  if (!isObject(body)) throw invalid("Invalid request", ["The body must be a JSON object as an SDK sends it"]);
  const { registration, unknown } = respellRegistration(body);
  return { ...readRegistration(registration, now, limits), warnings: toWarnings(registration, unknown) };
}

function toWarnings({ functions }: RawObject, unknown: ReadonlyMap<number, string[]>): string[] {
  const list = functions as unknown[];
  return [...unknown].flatMap(([index, told]) => told.map((sentence) => `${labelOf(list[index], index)}: ${sentence}`));
}

function readRegistration(body: RawObject, now: number, limits: EngineLimits): Omit<ParsedRegistration, "warnings"> {
  const appName = text(body.appName);
  if (appName === "") throw invalid("App ID required", ["`appName` is empty; give the client an `id`"]);
  if (!Array.isArray(body.functions) || body.functions.length === 0) {
    throw invalid("No functions", [`App "${appName}" serves no functions; pass at least one to serve()`]);
  }
  const faults: string[] = [];
  const functions = body.functions
    .map((raw, index) => parseFunction(raw, index, now, limits, faults))
    .filter((fn) => fn !== null);
  faults.push(...duplicates(functions));
  if (faults.length > 0) throw invalid("At least one function is invalid", faults);
  return {
    appName,
    url: text(body.url),
    sdk: text(body.sdk),
    framework: text(body.framework),
    appVersion: text(body.appVersion) || null,
    functions,
  };
}
