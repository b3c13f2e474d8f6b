/**
 * `GET /v2/queue`: what has not ended, by function and by what holds it: full limits with those who hold them, throttles,
 * pauses, apps that cannot be reached, retries, sleeps. It looks at the oldest open runs, some hundred of them, and says so;
 * once in a while for all who ask, since pages that stay open ask after each change.
 */

import type { RunRecord } from "../../../domain/run/run.ts";
import type { QueueRowAnswer, RunWaitKind } from "../../answers.ts";
import type { Api } from "../../api-parts.ts";
import { inBatches } from "../../in-batches.ts";
import { keptFor } from "../../kept.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { createLookup, functionName } from "../lookup.ts";
import type { V2Parts } from "../v2-parts.ts";

const runsMax = 200;
const idsMax = 20;
const keptMs = 2000;

type Wait = Awaited<ReturnType<V2Parts["engine"]["operations"]["explain"]>>[number];

interface Held {
  functionId: string;
  kind: RunWaitKind;
  /** What holds it, such as the key of a limit; "" for none. */
  label: string;
  runs: RunRecord[];
  /** Runs that hold what these wait for. */
  holders: Set<string>;
  sentence: string;
  until: number | null;
}

function labelOf(wait: Wait): string {
  if (wait.kind === "concurrency" || wait.kind === "throttle") return wait.label;
  if (wait.kind === "event") return wait.event;
  if (wait.kind === "invoke") return wait.function;
  return wait.kind === "paused" ? wait.scope : "";
}

function untilOf(wait: Wait): number | null {
  if ("until" in wait) return wait.until;
  return "at" in wait ? wait.at : null;
}

function add(held: Map<string, Held>, run: RunRecord, wait: Wait): void {
  const label = labelOf(wait);
  const key = JSON.stringify([run.functionId, wait.kind, label]);
  const until = untilOf(wait);
  const known = held.get(key) ?? {
    functionId: run.functionId,
    kind: wait.kind,
    label,
    runs: [],
    holders: new Set<string>(),
    sentence: wait.sentence,
    until,
  };
  known.runs.push(run);
  if (wait.kind === "concurrency") for (const id of wait.runIds) known.holders.add(id);
  if (until !== null) known.until = Math.min(known.until ?? until, until);
  held.set(key, known);
}

export function addQueueRoutes(app: Api, parts: V2Parts): void {
  const { engine, store, clock, answer } = parts;
  const lookup = createLookup(parts);
  const present = ({ functionId, kind, label, runs, holders, sentence, until }: Held): QueueRowAnswer => {
    return {
      function: functionName(lookup(functionId), functionId),
      kind,
      label,
      count: runs.length,
      oldestAt: iso(Math.min(...runs.map(({ queuedAt }) => queuedAt))),
      nextAt: isoOrNull(until),
      sentence,
      runIds: runs.slice(0, idsMax).map(({ id }) => id),
      holders: [...holders].slice(0, idsMax),
    };
  };
  const look = keptFor(keptMs, clock, async () => {
    const runs = await store.listRuns({ statuses: ["Queued", "Running"], order: "oldest", limit: runsMax });
    const waits = await inBatches(runs, ({ id }) => engine.operations.explain(id).catch(() => []));
    const held = new Map<string, Held>();
    for (const [index, run] of runs.entries()) for (const wait of waits[index] ?? []) add(held, run, wait);
    const rows = [...held.values()].sort((left, right) => right.runs.length - left.runs.length);
    return { rows: rows.map(present), looked: runs.length, isAll: runs.length < runsMax };
  });
  app.get("/queue", async () => answer(await look()));
}
