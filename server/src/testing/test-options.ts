/** What `createTestServer` takes, and the check of it. */
import { parseTimeString } from "stepwell/protocol";
import { EngineError } from "../domain/error.ts";
import type { EmbeddedApp, ServerOptions } from "../main.ts";

/** One app, or several. */
export type TestApps = EmbeddedApp | { apps: readonly EmbeddedApp[] };

/** A moment: a date, its text, or milliseconds since 1970. */
export type Moment = Date | string | number;

/** A length of time: milliseconds, `"3d"`, `"1h30m"`, or what has `total`, such as a Temporal.Duration of days and less. */
export type Span = number | string | { total(options: { unit: "milliseconds" }): number };

/** How a test server is to be set. */
export interface TestServerOptions
  extends Pick<ServerOptions, "limits" | "logger" | "rateLimitMode" | "retryIntervalMs" | "retentionMs" | "workers"> {
  /** What the clock shows at first. Default: 1 January 2026, 00:00 UTC. */
  startAt?: Moment;
  /** Where chance begins: the same seed gives the same ids, delays and order. Default 1. */
  seed?: number;
  /** Answers the requests that the engine makes for `step.fetch` and `step.ai.infer`. Default: they fail, saying so. */
  fetch?: (request: Request) => Response | Promise<Response>;
  /** Hears of every new time, in milliseconds since 1970, e.g. `vi.setSystemTime`. Also called with the first. Default: nobody. */
  onTime?: (now: number) => void;
  /** Real milliseconds that a call may take while nothing else happens. Default 4,000. */
  patienceMs?: number;
  /** What comes then: an error that names the calls, or going on while they run. Default `throw`. */
  whenStuck?: "throw" | "continue";
}

const optionNames: ReadonlySet<string> = new Set([
  "startAt",
  "seed",
  "fetch",
  "onTime",
  "patienceMs",
  "whenStuck",
  "limits",
  "logger",
  "rateLimitMode",
  "retryIntervalMs",
  "retentionMs",
  "workers",
]);

/** What times of events may be. */
const earliest = Date.UTC(1980);
const latest = Date.UTC(2100);

const invalid = (message: string): EngineError => new EngineError("invalid_config", message);

const show = (value: unknown): string =>
  typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : String(value);

/** Milliseconds since 1970, whole. @throws EngineError `invalid_config` */
export function toTime(name: string, moment: Moment): number {
  const ms = moment instanceof Date ? moment.getTime() : typeof moment === "string" ? Date.parse(moment) : moment;
  if (typeof ms === "number" && ms >= earliest && ms < latest) return Math.floor(ms);
  throw invalid(
    `${name} is ${show(moment)}: expected a time from 1980 to 2100 as a Date, a text such as "2026-03-01T09:00:00Z", or milliseconds since 1970.`,
  );
}

/** Milliseconds. @throws EngineError `invalid_config` */
export function toMs(name: string, span: Span): number {
  let ms: number | null = null;
  if (typeof span === "string") ms = parseTimeString(span);
  else if (typeof span === "number") ms = span;
  else if (typeof span?.total === "function") ms = span.total({ unit: "milliseconds" });
  if (ms !== null && ms >= 0 && ms <= 8.64e15) return Math.round(ms);
  throw invalid(
    `${name} is ${show(span)}: expected milliseconds, 0 or more, or a length of time such as "3d" or "1h30m".`,
  );
}

/** @throws EngineError `invalid_config`, naming the option. */
export function assertTestOptions(options: TestServerOptions): void {
  for (const key of Object.keys(options))
    if (!optionNames.has(key))
      throw invalid(`createTestServer knows no option "${key}". It takes ${[...optionNames].join(", ")}.`);
  const { seed = 1, patienceMs = 4000, whenStuck = "throw", fetch, onTime } = options;
  if (!Number.isFinite(seed)) throw invalid(`seed is ${show(seed)}: expected a number.`);
  if (!(Number.isFinite(patienceMs) && patienceMs > 0))
    throw invalid(`patienceMs is ${show(patienceMs)}: expected milliseconds, more than 0.`);
  if (whenStuck !== "throw" && whenStuck !== "continue")
    throw invalid(`whenStuck is ${show(whenStuck)}: expected "throw" or "continue".`);
  for (const [name, value] of Object.entries({ fetch, onTime }))
    if (value !== undefined && typeof value !== "function")
      throw invalid(`${name} is ${show(value)}: expected a function.`);
}

/** @throws EngineError `invalid_config` for what is no app. The rest of the check is createServer's. */
export function toApps(given: TestApps): readonly [EmbeddedApp, ...EmbeddedApp[]] {
  if (typeof given === "object" && given !== null) {
    const apps = "apps" in given ? given.apps : [given];
    const areApps = Array.isArray(apps) && apps.every((app) => app?.client && Array.isArray(app.functions));
    const [first, ...others] = areApps ? (apps as readonly EmbeddedApp[]) : [];
    if (first !== undefined) return [first, ...others];
  }
  throw invalid(
    "createTestServer takes { client, functions }, or { apps: [{ client, functions }] } with at least one.",
  );
}
