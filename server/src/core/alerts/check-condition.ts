/**
 * Whether a rule's condition holds: one function a kind, over facts that were read before. Called by rounds. Pure. What is not known
 * neither begins an alert nor ends one.
 */
import type { AlertCondition, ConditionKind } from "../../domain/alerts/condition.ts";
import type { AlertRule } from "../../domain/alerts/rule.ts";
import { quantile } from "../../domain/metrics/histogram.ts";
import { percentText, spanText } from "./describe.ts";
import type { AlertFacts, WatchedApp } from "./facts.ts";

export interface Finding {
  /** The name of an app; "" for a rule that is about one thing. */
  subject: string;
  state: "holds" | "over" | "unknown";
  /** In the unit of the kind; null for what has none. */
  value: number | null;
  /** A sentence. */
  text: string;
}

/** What a check is given besides the facts. */
export interface Watched {
  condition: AlertCondition;
  /** Since when the rule is on, milliseconds since 1970. */
  enabledAt: number;
  /** The function's slug; null for all functions. */
  functionName: string | null;
}

type Check = (watched: Watched, facts: AlertFacts) => Finding[];

const found = (holds: boolean, value: number | null, text: string, subject = ""): Finding[] => [
  { subject, state: holds ? "holds" : "over", value, text },
];
/** `of harvester-discovery`, or nothing. */
const whose = ({ functionName }: Watched): string => (functionName === null ? "" : ` of ${functionName}`);
const runsText = (count: number): string => `${count} run${count === 1 ? "" : "s"}`;

const checkKillSwitch: Check = ({ condition: { app } }, { pauses, apps, now }) => {
  // An app's pause names its id; what is paused whole holds for any app.
  const appIds = apps.filter(({ name }) => name === app).map(({ id }) => id);
  const pause = pauses.find(
    ({ scope, targetId }) => scope === "all" || (app !== null && scope === "app" && appIds.includes(targetId)),
  );
  if (pause === undefined)
    return found(false, null, app === null ? "Nothing pauses everything." : `${app} is not paused.`);
  const what = pause.scope === "all" ? "Everything" : `The app ${app}`;
  const since = spanText(Math.max(0, now - pause.at));
  return found(true, null, `${what} has been paused by ${pause.author} for ${since}: ${pause.reason}`);
};

const checkNoSuccess: Check = (watched, { now, lastSuccessAt }) => {
  const { condition, enabledAt, functionName } = watched;
  const last = condition.functionId === null ? null : lastSuccessAt(condition.functionId);
  // What never succeeded is given the rule's time to do so.
  const quietMs = Math.max(0, now - (last ?? enabledAt));
  const text =
    last === null
      ? `No run of ${functionName} has ever completed; the rule has been on for ${spanText(quietMs)}.`
      : `The last run of ${functionName} that completed ended ${spanText(quietMs)} ago.`;
  return found(quietMs >= (condition.windowMs ?? 0), quietMs, text);
};

/** Runs that completed and that failed in the window; null when they are too few to say anything. */
function endedRuns(
  { condition }: Watched,
  facts: AlertFacts,
): { completed: number; failed: number; count: number } | null {
  const { runs } = facts.figures(condition.functionId, condition.windowMs ?? 0);
  const [completed, failed] = [runs.Completed ?? 0, runs.Failed ?? 0];
  const count = completed + failed;
  return count < (condition.minRuns ?? 1) ? null : { completed, failed, count };
}

const tooFew = (watched: Watched): Finding[] =>
  found(
    false,
    null,
    `Fewer than ${runsText(watched.condition.minRuns ?? 1)}${whose(watched)} ended in ${spanText(watched.condition.windowMs ?? 0)}.`,
  );

const checkSuccessRate: Check = (watched, facts) => {
  const ended = endedRuns(watched, facts);
  if (ended === null) return tooFew(watched);
  const percent = (100 * ended.completed) / ended.count;
  const text = `${percentText(percent)} of ${runsText(ended.count)}${whose(watched)} completed in ${spanText(watched.condition.windowMs ?? 0)}.`;
  return found(percent < (watched.condition.threshold ?? 0), percent, text);
};

const checkFailureRate: Check = (watched, facts) => {
  const ended = endedRuns(watched, facts);
  if (ended === null) return tooFew(watched);
  const percent = (100 * ended.failed) / ended.count;
  const text = `${percentText(percent)} of ${runsText(ended.count)}${whose(watched)} failed in ${spanText(watched.condition.windowMs ?? 0)}.`;
  return found(percent > (watched.condition.threshold ?? 0), percent, text);
};

const checkDeadLetters: Check = (watched, { backlog }) => {
  const { functionId, threshold } = watched.condition;
  const rows = backlog.filter((row) => functionId === null || row.functionId === functionId);
  const count = rows.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const text = `${count} dead letter${count === 1 ? "" : "s"}${whose(watched)} wait${count === 1 ? "s" : ""} for someone.`;
  return found(count >= (threshold ?? 0), count, text);
};

const checkRunTime: Check = (watched, facts) => {
  const { functionId, windowMs, threshold, minRuns } = watched.condition;
  const { runMs } = facts.figures(functionId, windowMs ?? 0);
  const p95 = quantile(runMs, 0.95);
  if (p95 === null || runMs.count < (minRuns ?? 1)) return tooFew(watched);
  const text = `The p95 of ${runsText(runMs.count)}${whose(watched)} in ${spanText(windowMs ?? 0)} is ${spanText(p95)}.`;
  return found(p95 > (threshold ?? 0), p95, text);
};

const checkQueueAge: Check = (watched, { backlog, now }) => {
  const { functionId, threshold } = watched.condition;
  const rows = backlog.filter((row) => functionId === null || row.functionId === functionId);
  const times = rows.flatMap(({ oldestQueuedAt }) => oldestQueuedAt ?? []);
  if (times.length === 0) return found(false, 0, `No run${whose(watched)} waits for its start.`);
  const ageMs = Math.max(0, now - Math.min(...times));
  const text = `The oldest run${whose(watched)} in the queue has waited for ${spanText(ageMs)}.`;
  return found(ageMs > (threshold ?? 0), ageMs, text);
};

/** The last failed try of an outage is not older: tries are at most a minute apart, and a connection takes 16 seconds to fail. */
const freshMs = 3 * 60_000;

function checkApp(app: WatchedApp, windowMs: number, { outages, now }: AlertFacts): Finding {
  const fresh = app.functionIds.flatMap((id) => outages.get(id) ?? []).filter(({ at }) => now - at <= freshMs);
  const starts = fresh.map(({ since }) => since);
  if (app.failedSince !== null) starts.push(app.failedSince);
  if (starts.length === 0) {
    const state = app.sync === "unknown" ? "unknown" : "over";
    return { subject: app.name, state, value: null, text: `${app.name} can be reached.` };
  }
  const downMs = Math.max(0, now - Math.min(...starts));
  const text = `${app.name} has not been reached for ${spanText(downMs)}.${app.error === null ? "" : ` ${app.error}`}`;
  // An alert that has begun goes on until the app is reached, however long that is known.
  return { subject: app.name, state: downMs >= windowMs ? "holds" : "unknown", value: downMs, text };
}

const checkAppUnreachable: Check = ({ condition: { app, windowMs } }, facts) =>
  facts.apps.filter(({ name }) => app === null || name === app).map((one) => checkApp(one, windowMs ?? 0, facts));

const checkDisk: Check = ({ condition: { threshold } }, { diskPercent }) => {
  if (diskPercent === null)
    return [{ subject: "", state: "unknown", value: null, text: "How full the disk is, is not known." }];
  return found(diskPercent >= (threshold ?? 0), diskPercent, `${percentText(diskPercent)} of the disk are used.`);
};

const checks: Readonly<Record<ConditionKind, Check>> = {
  "kill-switch": checkKillSwitch,
  "no-success": checkNoSuccess,
  "success-rate": checkSuccessRate,
  "failure-rate": checkFailureRate,
  "dead-letters": checkDeadLetters,
  "run-time": checkRunTime,
  "queue-age": checkQueueAge,
  "app-unreachable": checkAppUnreachable,
  disk: checkDisk,
};

/** One finding for each thing that the rule is about. */
export function checkCondition(rule: AlertRule, functionName: string | null, facts: AlertFacts): Finding[] {
  const { condition, enabledAt } = rule;
  return checks[condition.kind]({ condition, enabledAt, functionName }, facts);
}
