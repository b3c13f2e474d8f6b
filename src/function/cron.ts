/** A schedule as a trigger. Used by users. */
import type { CronTriggerInput } from "./triggers.ts";

/**
 * A trigger that starts a function on a schedule.
 * @param schedule five fields, optionally after `TZ=Area/City `.
 * @example
 * ```ts
 * import { cron, Inngest } from "stepwell";
 *
 * const inngest = new Inngest({ id: "shop" });
 * export const report = inngest.createFunction(
 *   { id: "report", triggers: [cron("TZ=Europe/Berlin 0 6 * * 1-5", { missed: "skip" })] },
 *   () => "done",
 * );
 * ```
 */
export function cron(schedule: string, options: Omit<CronTriggerInput, "cron"> = {}): CronTriggerInput {
  return { cron: schedule, ...options };
}
