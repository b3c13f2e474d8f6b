/** Draws the functions of a world: their programs, their options, and how a registration lists them. Called by draw-world. */
import type { Draw } from "../draw.ts";
import { drawProgram } from "./draw-program.ts";
import type { Program } from "./program.ts";

/** What a function's options make of an event, as far as witnesses ask. */
export type Admits = "each" | "limited" | "singleton" | "debounced" | "batched";

export interface SimulatedFunction {
  slug: string;
  /** Its own event, which nothing else is triggered by but `sim/all`. */
  event: string;
  retries: number;
  program: Program;
  admits: Admits;
  /** Flow control, as a registration lists it. */
  options: Record<string, unknown>;
  /** Whether events of the name `sim/all` start it too. */
  takesAll: boolean;
  /** When it starts by itself; null for never. */
  cron: { cron: string; jitter?: string } | null;
  /** Whether deployments leave it out now and then. */
  comesAndGoes: boolean;
}

export const appName = "app";

type Options = Record<string, unknown>;

/** Keys are `event.data.k`, or there is none. */
const keyed = (draw: Draw): Options => (draw.chance(0.6) ? { key: "event.data.k" } : {});
const seconds = (draw: Draw, least: number, most: number): string => `${draw.int(least, most)}s`;

/** What a function may have, each by itself; two of them are put together where that is allowed. */
const flows: readonly (readonly [admits: Admits, draw: (draw: Draw) => Options])[] = [
  ["each", (draw) => ({ concurrency: { limit: draw.int(1, 3), ...keyed(draw) } })],
  [
    "each",
    (draw) => ({
      concurrency: [
        { limit: draw.int(1, 2), key: "event.data.k", scope: "env" },
        { limit: draw.int(2, 4), ...keyed(draw) },
      ],
    }),
  ],
  ["each", (draw) => ({ concurrency: { fn: [{ limit: draw.int(1, 2), ...keyed(draw) }] } })],
  ["each", (draw) => ({ throttle: { limit: draw.int(1, 3), period: seconds(draw, 5, 20), burst: 1, ...keyed(draw) } })],
  ["each", (draw) => ({ concurrency: { limit: 1 }, priority: { run: `event.data.n % ${draw.int(2, 5)} * 60` } })],
  [
    "each",
    (draw) => ({
      cancel: [
        { event: "sim/stop", ...(draw.chance(0.7) ? { if: "async.data.k == event.data.k" } : {}) },
        ...(draw.chance(0.3) ? [{ event: "sim/go", timeout: "10s" }] : []),
      ],
    }),
  ],
  ["each", (draw) => ({ timeouts: { finish: seconds(draw, 10, 60), ...(draw.chance(0.5) ? { start: "5s" } : {}) } })],
  ["limited", (draw) => ({ rateLimit: { limit: draw.int(1, 3), period: seconds(draw, 10, 40), ...keyed(draw) } })],
  ["limited", (draw) => ({ idempotency: `event.data.${draw.pick(["k", "n"])}` })],
  ["singleton", (draw) => ({ singleton: { mode: draw.pick(["skip", "cancel"]), ...keyed(draw) } })],
  [
    "debounced",
    (draw) => ({ debounce: { period: seconds(draw, 2, 10), timeout: seconds(draw, 12, 30), ...keyed(draw) } }),
  ],
  ["batched", (draw) => ({ batchEvents: { maxSize: draw.int(2, 4), timeout: seconds(draw, 2, 10), ...keyed(draw) } })],
];

function drawOptions(draw: Draw): Pick<SimulatedFunction, "admits" | "options"> {
  if (draw.chance(0.2)) return { admits: "each", options: {} };
  const [admits, options] = draw.pick(flows);
  const drawn = options(draw);
  if (admits === "batched" || !draw.chance(0.3)) return { admits, options: drawn };
  const more = draw.pick(flows.filter(([other]) => other === "each"))[1](draw);
  return { admits, options: { ...more, ...drawn } };
}

/** Later ones may be invoked by earlier ones. */
export function drawFunctions(draw: Draw, count: number): SimulatedFunction[] {
  const slugOf = (index: number): string => `app-f${index}`;
  const eventOf = (index: number): string => `sim/f${index}`;
  return Array.from({ length: count }, (_, index): SimulatedFunction => {
    const slug = slugOf(index);
    const retries = draw.int(0, 3);
    const after = Array.from({ length: count - index - 1 }, (_unused, more) => index + 1 + more);
    const invokable = after.map(slugOf);
    const later = after.map(eventOf);
    return {
      slug,
      event: eventOf(index),
      retries,
      program: drawProgram(draw, { invokable, awaited: ["sim/go", "sim/all"], sent: ["sim/go", ...later], retries }),
      ...drawOptions(draw),
      takesAll: draw.chance(0.3),
      cron: draw.chance(0.12) ? { cron: "*/1 * * * *", ...(draw.chance(0.4) ? { jitter: "5s" } : {}) } : null,
      comesAndGoes: index > 0 && draw.chance(0.1),
    };
  });
}

export interface RegistrationOptions {
  functions: readonly SimulatedFunction[];
  url: string;
  /** What its SDK answers with; older ones are called after each parallel step. */
  crons: boolean;
}

/** The body with which an app registers. */
export function toRegistration({ functions, url, crons }: RegistrationOptions): Record<string, unknown> {
  return {
    url,
    deployType: "ping",
    framework: "simulation",
    appName,
    sdk: "js:v4.24.0",
    v: "0.1",
    functions: functions.map(({ slug, event, retries, options, takesAll, cron }) => ({
      id: slug,
      name: slug,
      triggers: [
        { event },
        ...(takesAll ? [{ event: "sim/all", expression: "event.data.k != 3" }] : []),
        ...(cron !== null && crons ? [cron] : []),
      ],
      steps: {
        step: {
          id: "step",
          name: "step",
          runtime: { type: "http", url: `${url}?fnId=${slug}&stepId=step` },
          retries: { attempts: retries },
        },
      },
      ...options,
    })),
  };
}

/** Whether an event starts a function, by its triggers. */
export function isTriggered(fn: SimulatedFunction, name: string, k: number): boolean {
  return name === fn.event || (fn.takesAll && name === "sim/all" && k !== 3);
}
