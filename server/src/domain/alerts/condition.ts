/**
 * What an alert rule watches: the kinds of conditions, and which settings each takes. The one table that the check of rules, the
 * API, the page and the command line read. Must decide nothing about what is the case: that is core/alerts.
 */

export const conditionKinds = [
  "kill-switch",
  "no-success",
  "success-rate",
  "failure-rate",
  "dead-letters",
  "run-time",
  "queue-age",
  "app-unreachable",
  "disk",
] as const;
export type ConditionKind = (typeof conditionKinds)[number];

export interface AlertCondition {
  kind: ConditionKind;
  /** Id of the function that it is about; null for all of them. */
  functionId: string | null;
  /** Name of the app that it is about; null for all of them. */
  app: string | null;
  /** In the unit of its kind; null for a kind without one. */
  threshold: number | null;
  /** Milliseconds: of what time, or for how long. Null for a kind without one. */
  windowMs: number | null;
  /** With fewer runs in the window nothing is said; null for a kind that counts none. */
  minRuns: number | null;
}

export type ThresholdUnit = "percent" | "count" | "milliseconds";

export interface SettingSpec {
  default: number;
  min: number;
  max: number;
}

export interface ConditionSpec {
  /** What it is called in lists, without its settings. */
  title: string;
  /** One sentence: when it holds. */
  says: string;
  /** Whether it takes a function. */
  function: "required" | "optional" | "none";
  /** Whether it takes an app. */
  app: "optional" | "none";
  threshold: (SettingSpec & { unit: ThresholdUnit }) | null;
  window: SettingSpec | null;
  minRuns: SettingSpec | null;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Of what time a rate or a percentile is; rollups of a week are read at no great cost. */
const rateWindow: SettingSpec = { default: hourMs, min: minuteMs, max: 7 * dayMs };
const fewRuns: SettingSpec = { default: 5, min: 1, max: 1_000_000 };

export const conditionSpecs: Readonly<Record<ConditionKind, ConditionSpec>> = {
  "kill-switch": {
    title: "Kill switch active",
    says: "Everything is paused; with an app, that or the app.",
    function: "none",
    app: "optional",
    threshold: null,
    window: null,
    minRuns: null,
  },
  "no-success": {
    title: "No success",
    says: "No run of the function has completed for so long.",
    function: "required",
    app: "none",
    threshold: null,
    window: { default: 30 * minuteMs, min: minuteMs, max: 365 * dayMs },
    minRuns: null,
  },
  "success-rate": {
    title: "Success rate",
    says: "Of the runs that completed or failed in the window, fewer than so many percent completed.",
    function: "optional",
    app: "none",
    threshold: { unit: "percent", default: 70, min: 1, max: 100 },
    window: rateWindow,
    minRuns: fewRuns,
  },
  "failure-rate": {
    title: "Failure rate",
    says: "Of the runs that completed or failed in the window, more than so many percent failed.",
    function: "optional",
    app: "none",
    threshold: { unit: "percent", default: 20, min: 0, max: 99 },
    window: rateWindow,
    minRuns: fewRuns,
  },
  "dead-letters": {
    title: "Dead letters",
    says: "So many dead letters, or more, wait for someone.",
    function: "optional",
    app: "none",
    threshold: { unit: "count", default: 10, min: 1, max: 1_000_000 },
    window: null,
    minRuns: null,
  },
  "run-time": {
    title: "Run time p95",
    says: "Of the runs that ended in the window, the slowest 5 percent took longer than this.",
    function: "optional",
    app: "none",
    threshold: { unit: "milliseconds", default: minuteMs, min: 1, max: 30 * dayMs },
    window: rateWindow,
    minRuns: fewRuns,
  },
  "queue-age": {
    title: "Age of the queue",
    says: "The oldest run that waits for its start has waited longer than this.",
    function: "optional",
    app: "none",
    threshold: { unit: "milliseconds", default: 5 * minuteMs, min: 1000, max: 30 * dayMs },
    window: null,
    minRuns: null,
  },
  "app-unreachable": {
    title: "App unreachable",
    says: "An app cannot be reached for so long.",
    function: "none",
    app: "optional",
    threshold: null,
    window: { default: minuteMs, min: 1000, max: 30 * dayMs },
    minRuns: null,
  },
  disk: {
    title: "Disk",
    says: "So many percent of the disk that the state is on, or more, are used; on Postgres, of --max-disk.",
    function: "none",
    app: "none",
    threshold: { unit: "percent", default: 90, min: 1, max: 200 },
    window: null,
    minRuns: null,
  },
};

/** Rules that only need to be switched on, and those with a function to be told which. */
export const readyRules: readonly { id: string; kind: ConditionKind; windowMs: number | null }[] = [
  { id: "kill-switch", kind: "kill-switch", windowMs: null },
  { id: "no-success-30m", kind: "no-success", windowMs: 30 * minuteMs },
  { id: "no-success-60m", kind: "no-success", windowMs: 60 * minuteMs },
  { id: "success-rate", kind: "success-rate", windowMs: hourMs },
  { id: "dead-letters", kind: "dead-letters", windowMs: null },
];
