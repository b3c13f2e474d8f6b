/** Limits as people read them. Pure. */
import type { FunctionLimit } from "../api/apps.ts";
import { formatDuration } from "../format/time.ts";

const names: Readonly<Record<FunctionLimit["control"], string>> = {
  concurrency: "Concurrency",
  runConcurrency: "Concurrency of runs",
  throttle: "Throttle",
  rateLimit: "Rate limit",
};

export const nameOfControl = (control: FunctionLimit["control"]): string => names[control];
export const limitName = ({ control }: FunctionLimit): string => nameOfControl(control);

/** `5`, `10 in 1 min`, `no limit`. */
export function limitText(value: FunctionLimit["code"]): string {
  if (value === null) return "none";
  const { limit, periodMs, burst } = value;
  if (limit === 0) return "no limit";
  if (periodMs === null) return String(limit);
  return `${limit} in ${formatDuration(periodMs)}${burst ? `, burst ${burst}` : ""}`;
}
