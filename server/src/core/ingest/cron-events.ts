/**
 * Events that ask for a tick of a cron: `inngest/function.cron` starts the cron function that its data names, as its cron would,
 * so that people can try one without waiting for its time. Called by ingest for `POST /v1/events`, and by nothing else: events
 * of clients are never the engine's own.
 */
import { type CronTrigger, internalEvents } from "stepwell/protocol";
import type { FunctionRecord } from "../../domain/app.ts";
import { EngineError } from "../../domain/error.ts";
import type { EventRecord } from "../../domain/event.ts";
import type { RunStart } from "../../domain/transition.ts";
import type { Parts } from "../parts/parts.ts";
import { startRun } from "../start/start-run.ts";

export const cronRequestName = "inngest/function.cron";

/** Fields of `data` that may name the function, the first that is there. */
const namesOfField = ["function", "functionId", "function_id", "fn_id"] as const;

/** How many functions a message lists. */
const listedMax = 20;

export interface Tick {
  /** As the clock would have sent it. */
  event: EventRecord;
  start: RunStart;
}

const cronOf = ({ triggers }: FunctionRecord): CronTrigger | undefined => triggers.find((one) => "cron" in one);

/** @throws EngineError `invalid_event` */
function wantedFunction(data: Record<string, unknown>, index: number): string | null {
  const field = namesOfField.find((name) => data[name] !== undefined && data[name] !== null);
  if (field === undefined) return null;
  const wanted = data[field];
  if (typeof wanted === "string" && wanted !== "") return wanted;
  throw new EngineError(
    "invalid_event",
    `Event ${index + 1}: \`data.${field}\` must be the id of a function, such as "app-daily-report".`,
  );
}

/** By its whole id or, where one app alone has it, by its id in the app. @throws EngineError `invalid_event` */
function cronFunction({ registry }: Pick<Parts, "registry">, wanted: string | null, index: number): FunctionRecord {
  const known = registry.functions().filter((fn) => cronOf(fn) !== undefined);
  const isWanted = (fn: FunctionRecord): boolean =>
    wanted === null || fn.slug === wanted || fn.slug === `${registry.appById(fn.appId)?.name}-${wanted}`;
  const found = known.find(({ slug }) => slug === wanted) ?? null;
  const matches = found === null ? known.filter(isWanted) : [found];
  if (matches.length === 1 && matches[0] !== undefined) return matches[0];
  const slugs = known.map(({ slug }) => slug).sort();
  const more = slugs.length > listedMax ? ` and ${slugs.length - listedMax} more` : "";
  const list =
    slugs.length === 0
      ? "No app that is synced has a function with a cron."
      : `Functions with a cron: ${slugs.slice(0, listedMax).join(", ")}${more}.`;
  const problem =
    wanted === null
      ? `it must say which function to start, as {"data":{"function":"<id>"}}.`
      : matches.length > 1
        ? `"${wanted}" is the name of several functions; give the whole id, <app>-<function>.`
        : `there is no function "${wanted}" with a cron.`;
  throw new EngineError("invalid_event", `Event ${index + 1}: ${problem} ${list}`);
}

/**
 * The tick that an event asks for. Its id counts once in 24 hours, as that of other events does.
 *
 * @param asked the event as it was sent, checked
 * @param hasId whether its sender gave it an id
 * @throws EngineError `invalid_event`, with a list of the functions that have a cron
 */
export function tickOf(parts: Parts, asked: EventRecord, hasId: boolean, index: number, now: number): Tick {
  const fn = cronFunction(parts, wantedFunction(JSON.parse(asked.data) as Record<string, unknown>, index), index);
  const cron = cronOf(fn)?.cron ?? "";
  const at = new Date(asked.ts).toISOString();
  const data = JSON.stringify({ cron, fireAt: at, scheduledAt: at });
  const event: EventRecord = { ...asked, name: internalEvents.scheduledTimer, data };
  const idempotencyKey = hasId ? `${fn.id}:cron-event:${asked.id}` : null;
  return { event, start: startRun(parts, fn, event, { now, cron, idempotencyKey }) };
}
