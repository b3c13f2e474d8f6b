/**
 * What admins see and do, all of it asked of the engine: its pauses are the kill switch, its dead letters the queue of failed
 * jobs, its figures the metrics, its limits the configuration. Called by the routes of the admin API and by the system jobs.
 */
import type { DeadLetterAnswer, FunctionMetricsAnswer, LogAnswer } from "stepwell-server/client";
import { engineClient } from "../../../lib/engine-client.ts";

const appId = "tiktok-domain-harvester";
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Functions of each type of job. */
export const jobTypes = {
  discovery: ["video-discovery-scheduled", "video-discovery-manual"],
  harvesting: ["comment-harvest"],
  extraction: ["domain-extract"],
  system: ["system-health-check", "system-kill-switch", "maintenance-cleanup"],
} as const;
export type JobType = keyof typeof jobTypes;

/** Functions whose limit each key of the configuration sets. */
const configKeys = {
  max_concurrent_discovery_jobs: jobTypes.discovery,
  max_concurrent_harvesting_jobs: jobTypes.harvesting,
} as const;
export type ConfigKey = keyof typeof configKeys;
export const isConfigKey = (key: unknown): key is ConfigKey =>
  typeof key === "string" && Object.hasOwn(configKeys, key);

export interface Why {
  reason: string;
  requestedBy: string;
}
export interface KillSwitch {
  active: boolean;
  reason: string | null;
  requestedBy: string | null;
  since: string | null;
}
export interface JobMetrics {
  job: string;
  /** From 0 to 1; null without any that ended. */
  successRate: number | null;
  completed: number;
  failed: number;
  averageMs: number | null;
  p95Ms: number | null;
  queued: number;
  running: number;
  errors: { name: string; count: number }[];
  lastSuccessAt: string | null;
}
export interface Health {
  status: "healthy" | "unhealthy";
  problems: string[];
  killSwitch: KillSwitch;
  deadLetters: number;
}
export interface ConfigEntry {
  key: ConfigKey;
  value: number;
  description: string | null;
}

/** When the seed's alerts are due; set-up-alerts makes rules of the same in the engine. */
export const bounds = { discoveryMinutes: 30, harvestingMinutes: 60, successRate: 0.7, deadLetters: 10 } as const;

const slugOf = (job: string): string => `${appId}-${job}`;
const isOf = (type: JobType, slug: string): boolean => jobTypes[type].some((job) => slugOf(job) === slug);

function toMetrics({ function: fn, total, queue, lastSuccessAt }: FunctionMetricsAnswer): JobMetrics {
  return {
    job: fn.id.slice(appId.length + 1),
    successRate: total.successRate,
    completed: total.completed,
    failed: total.failed,
    averageMs: total.runMs?.avg ?? null,
    p95Ms: total.runMs?.p95 ?? null,
    queued: queue.queued,
    running: queue.running,
    errors: total.errors,
    lastSuccessAt,
  };
}

/** Null: no such run has succeeded. */
function minutesSince(metrics: readonly FunctionMetricsAnswer[], type: JobType, now: number): number | null {
  const times = metrics.flatMap(({ function: fn, lastSuccessAt }) =>
    isOf(type, fn.id) && lastSuccessAt !== null ? [Date.parse(lastSuccessAt)] : [],
  );
  return times.length === 0 ? null : Math.floor((now - Math.max(...times)) / minuteMs);
}

function silence(what: string, minutes: number | null, most: number): string[] {
  if (minutes === null) return [`No ${what} has ever succeeded.`];
  return minutes < most ? [] : [`No ${what} has succeeded for ${minutes} minutes.`];
}

async function getKillSwitch(): Promise<KillSwitch> {
  const pause = (await engineClient().pauses.list()).find(({ scope }) => scope === "all");
  return {
    active: pause !== undefined,
    reason: pause?.reason ?? null,
    requestedBy: pause?.author ?? null,
    since: pause?.pausedAt ?? null,
  };
}

async function getSystemHealth(): Promise<Health> {
  const now = Date.now();
  const from = now - hourMs;
  const [killSwitch, { total, queue, functions }] = await Promise.all([
    getKillSwitch(),
    engineClient().metrics({ app: appId, from }),
  ]);
  const problems = [
    ...(killSwitch.active ? [`The kill switch is active: ${killSwitch.reason}`] : []),
    ...silence("discovery", minutesSince(functions, "discovery", now), bounds.discoveryMinutes),
    ...silence("harvesting", minutesSince(functions, "harvesting", now), bounds.harvestingMinutes),
    ...(total.successRate !== null && total.successRate < bounds.successRate
      ? [`Only ${Math.round(total.successRate * 100)} % of the jobs of the last hour succeeded.`]
      : []),
    ...(queue.deadLetters >= bounds.deadLetters ? [`${queue.deadLetters} jobs are in the dead letter queue.`] : []),
  ];
  return {
    status: problems.length === 0 ? "healthy" : "unhealthy",
    problems,
    killSwitch,
    deadLetters: queue.deadLetters,
  };
}

/** @param type null: of all jobs */
async function getJobMetrics(type: JobType | null, hours: number): Promise<JobMetrics[]> {
  const { functions } = await engineClient().metrics({ app: appId, from: Date.now() - hours * hourMs });
  return functions.filter(({ function: fn }) => type === null || isOf(type, fn.id)).map(toMetrics);
}

export type LogLine = Pick<LogAnswer, "at" | "level" | "text" | "fields"> & { runId: string; job: string };

/** Of the newest runs, the newest line first. */
async function getRecentLogs(limit: number): Promise<LogLine[]> {
  const client = engineClient();
  const { data: runs } = await client.runs.list({ appId, limit: 20 });
  const pages = await Promise.all(
    runs.map(async ({ id, function: fn }) => {
      const { data } = await client.runs.logs(id, { limit: Math.min(limit, 100) });
      return data.map(({ at, level, text, fields }) => ({
        at,
        level,
        text,
        fields,
        runId: id,
        job: fn.id.slice(appId.length + 1),
      }));
    }),
  );
  return pages
    .flat()
    .sort((left, right) => (right.at ?? "").localeCompare(left.at ?? ""))
    .slice(0, limit);
}

/** Nothing begins any more, what runs is cancelled, what comes waits. */
async function activateKillSwitch({ reason, requestedBy }: Why): Promise<KillSwitch> {
  await engineClient().pauses.create({
    scope: "all",
    reason,
    author: requestedBy,
    arriving: "hold",
    running: "cancel",
  });
  return getKillSwitch();
}

async function deactivateKillSwitch(_why: Why): Promise<KillSwitch> {
  await engineClient().pauses.resume({ scope: "all" });
  return getKillSwitch();
}

export interface DeadLetter {
  id: string;
  job: string;
  status: "pending";
  error: DeadLetterAnswer["error"];
  failedAt: string;
  data: unknown;
}

async function getDeadLetters(): Promise<DeadLetter[]> {
  const { data } = await engineClient().deadLetters.list({ limit: 100 });
  return data
    .filter(({ app }) => app.id === appId)
    .map(({ runId, function: fn, error, failedAt, event }) => ({
      id: runId,
      job: fn.id.slice(appId.length + 1),
      status: "pending",
      error,
      failedAt,
      data: event?.data ?? null,
    }));
}

/** @returns the run that was started in its place */
function retryDeadLetter(id: string): Promise<{ runId: string }> {
  return engineClient().deadLetters.retry(id);
}

async function getConfig(): Promise<ConfigEntry[]> {
  const functions = await engineClient().functions.list();
  return Object.entries(configKeys).map(([key, jobs]) => {
    const limits = functions.find(({ id }) => id === slugOf(jobs[0]))?.limits ?? [];
    const limit = limits.find(({ control }) => control === "concurrency");
    return { key: key as ConfigKey, value: limit?.now?.limit ?? 0, description: limit?.set?.reason ?? null };
  });
}

/** Holds at once, for what waits too. */
async function setConfig(key: ConfigKey, limit: number, reason: string, author: string): Promise<ConfigEntry> {
  const { limitOverrides } = engineClient();
  for (const job of configKeys[key])
    await limitOverrides.set({ function: slugOf(job), control: "concurrency", limit, reason, author });
  return { key, value: limit, description: reason };
}

export const InngestAdmin = {
  getKillSwitch,
  activateKillSwitch,
  deactivateKillSwitch,
  getSystemHealth,
  getJobMetrics,
  getRecentLogs,
  getDeadLetters,
  retryDeadLetter,
  getConfig,
  setConfig,
} as const;
