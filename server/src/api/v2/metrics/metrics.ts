/**
 * `GET /v2/metrics`: how functions went in a range of time, by minute, hour or day: all that is known of one function, or of all, in
 * one answer. Read from rollups, so it takes the same time however many runs there were.
 */

import type { AppRecord, FunctionRecord } from "../../../domain/app.ts";
import { emptyFigures, type Figures, mergeFigures } from "../../../domain/metrics/figures.ts";
import { type Backlog, type RollupRecord, unitMs } from "../../../domain/metrics/rollup.ts";
import type { FunctionMetricsAnswer, MetricsAnswer } from "../../answers.ts";
import type { Api } from "../../api-parts.ts";
import { keptFor } from "../../kept.ts";
import { iso } from "../../moment.ts";
import { createLookup, functionName } from "../lookup.ts";
import { findApp, findFunction, type V2Parts } from "../v2-parts.ts";
import { presentBacklog, presentFigures } from "./present-metrics.ts";
import { type MetricsQuery, readMetricsQuery } from "./read-metrics-query.ts";

/** Counting what waits takes longer the more that is. */
const keptMs = 2000;

function sumOf(rows: readonly RollupRecord[]): Figures {
  const sum = emptyFigures();
  for (const { figures } of rows) mergeFigures(sum, figures);
  return sum;
}

function groupBy<Key>(rows: readonly RollupRecord[], keyOf: (row: RollupRecord) => Key): Map<Key, RollupRecord[]> {
  const groups = new Map<Key, RollupRecord[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

function latest(rows: readonly RollupRecord[]): string | null {
  const times = rows.flatMap(({ figures }) => figures.lastSuccessAt ?? []);
  return times.length === 0 ? null : iso(Math.max(...times));
}

/** What was read for one answer. */
interface Read {
  query: MetricsQuery;
  now: number;
  /** Of functions, in the range. */
  rows: readonly RollupRecord[];
  /** Of functions, of all the time. */
  ever: readonly RollupRecord[];
  backlog: readonly Backlog[];
}

function bucketsOf({ unit, from, until }: MetricsQuery): number[] {
  return Array.from({ length: Math.ceil((until - from) / unitMs[unit]) }, (_, index) => from + index * unitMs[unit]);
}

function presentFunctions({ query, now, rows, ever, backlog }: Read, parts: V2Parts): FunctionMetricsAnswer[] {
  const lookup = createLookup(parts);
  const times = bucketsOf(query);
  const byId = groupBy(rows, ({ id }) => id);
  const ids = new Set([...byId.keys(), ...backlog.map(({ functionId }) => functionId)]);
  const answers = [...ids].map((id): FunctionMetricsAnswer => {
    const own = byId.get(id) ?? [];
    const found = lookup(id);
    const byTime = new Map(own.map(({ at, figures }) => [at, figures.runs]));
    const counts = (status: "Completed" | "Failed"): number[] => times.map((at) => byTime.get(at)?.[status] ?? 0);
    return {
      function: functionName(found, id),
      app: { id: found?.app?.name ?? null },
      total: presentFigures(sumOf(own)),
      queue: presentBacklog(
        backlog.filter(({ functionId }) => functionId === id),
        now,
      ),
      lastSuccessAt: latest(ever.filter((row) => row.id === id)),
      completed: counts("Completed"),
      failed: counts("Failed"),
    };
  });
  const ended = ({ total }: FunctionMetricsAnswer): number => total.completed + total.failed + total.cancelled;
  return answers.sort((left, right) => ended(right) - ended(left));
}

function presentBuckets({ query, rows }: Read): MetricsAnswer["buckets"] {
  const byTime = groupBy(rows, ({ at }) => at);
  return bucketsOf(query).map((at) => ({ at: iso(at), ...presentFigures(sumOf(byTime.get(at) ?? [])) }));
}

function presentApps(rows: readonly RollupRecord[], parts: V2Parts): MetricsAnswer["apps"] {
  const apps = parts.engine.apps();
  return [...groupBy(rows, ({ id }) => id)].map(([id, own]) => {
    const { calls, callMs } = presentFigures(sumOf(own));
    return { app: { id: apps.find((app) => app.id === id)?.name ?? null }, calls, callMs };
  });
}

/** Functions that are asked for, and the app if all are its own. Ids undefined: all. */
interface Whose {
  ids: string[] | undefined;
  app: AppRecord | null;
}

async function whoseOf(parts: V2Parts, fnName: string | undefined, appName: string | undefined): Promise<Whose> {
  const app = appName ? findApp(parts, appName) : null;
  if (fnName) return { ids: [(await findNamed(parts, fnName, app)).id], app };
  if (app === null) return { ids: undefined, app };
  const functions = await parts.store.listFunctions();
  return { ids: functions.filter(({ appId }) => appId === app.id).map(({ id }) => id), app };
}

/** By slug or internal id; by the id within its app too, where only one app has such a function. */
async function findNamed(parts: V2Parts, name: string, app: AppRecord | null): Promise<FunctionRecord> {
  const { engine } = parts;
  const known = engine.functions().some(({ slug, id }) => slug === name || id === name);
  const local = engine.apps().flatMap((one) => engine.functions().filter(({ slug }) => slug === `${one.name}-${name}`));
  const [only] = local;
  return !known && app === null && local.length === 1 && only !== undefined ? only : findFunction(parts, name, app);
}

export function addMetricsRoutes(app: Api, parts: V2Parts): void {
  const { store, clock, metrics, answer } = parts;
  const backlog = keptFor(keptMs, clock, () => store.listBacklog());
  app.get("/metrics", async (c) => {
    const now = clock.now();
    const query = readMetricsQuery(c, now);
    const { ids, app: only } = await whoseOf(parts, c.req.query("function"), c.req.query("app"));
    // What the store does not take now is a second of figures, and no reason to show none.
    await metrics.flush().catch(() => undefined);
    const { unit, from, until } = query;
    const ofFunctions = { kind: "function", ...(ids === undefined ? {} : { ids }) } as const;
    const ofApps = { kind: "app", ...(only === null ? {} : { ids: [only.id] }) } as const;
    const [rows, ever, apps, waiting] = await Promise.all([
      store.listRollups({ unit, from, until, ...ofFunctions }),
      store.listRollups({ unit: "ever", from: 0, until: 1, ...ofFunctions }),
      ids !== undefined && only === null ? [] : store.listRollups({ unit, from, until, ...ofApps }),
      backlog(),
    ]);
    const mine = ids === undefined ? waiting : waiting.filter(({ functionId }) => ids.includes(functionId));
    const read: Read = { query, now, rows, ever, backlog: mine };
    const metricsAnswer: MetricsAnswer = {
      from: iso(from),
      to: iso(query.to),
      bucket: unit,
      total: presentFigures(sumOf(rows)),
      queue: presentBacklog(mine, now),
      lastSuccessAt: latest(ever),
      buckets: presentBuckets(read),
      functions: presentFunctions(read, parts),
      apps: presentApps(apps, parts),
    };
    return answer(metricsAnswer);
  });
}
