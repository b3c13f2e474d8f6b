/** Alerts in words: what rules are called, and what is the case. Read by people in the page, the terminal, mails and chats. Pure. */
import { type AlertCondition, type ConditionKind, conditionSpecs } from "../../domain/alerts/condition.ts";

const steps: readonly [number, string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
];

/** In the largest two units that are not nothing: `1 h 5 min`, `30 min`, `250 ms`. */
export function spanText(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const parts: string[] = [];
  let left = ms;
  for (const [size, name] of steps) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

/** With one digit after the point where that says something. */
export function percentText(share: number): string {
  return `${Number.isInteger(share) ? share : share.toFixed(1)} %`;
}

/** A value or a threshold of a kind, with its unit. */
function valueText(kind: ConditionKind, value: number): string {
  const unit = conditionSpecs[kind].threshold?.unit ?? "milliseconds";
  if (unit === "percent") return percentText(value);
  return unit === "milliseconds" ? spanText(value) : String(value);
}

/** `fn`: the function's slug; null for all. What a rule is called that was given no name. */
export function conditionName({ kind, app, threshold, windowMs }: AlertCondition, fn: string | null): string {
  const whose = fn === null ? "" : ` of ${fn}`;
  const limit = threshold === null ? "" : valueText(kind, threshold);
  switch (kind) {
    case "kill-switch":
      return app === null ? "Kill switch active" : `Kill switch of ${app} active`;
    case "no-success":
      return `No success${whose} for ${spanText(windowMs ?? 0)}`;
    case "success-rate":
      return `Success rate${whose} below ${limit}`;
    case "failure-rate":
      return `Failure rate${whose} above ${limit}`;
    case "dead-letters":
      return `${limit} dead letters${whose}`;
    case "run-time":
      return `Run time p95${whose} above ${limit}`;
    case "queue-age":
      return `Queue${whose} older than ${limit}`;
    case "app-unreachable":
      return `App ${app ?? ""}${app === null ? "" : " "}unreachable for ${spanText(windowMs ?? 0)}`;
    case "disk":
      return `Disk ${limit} full`;
  }
}
