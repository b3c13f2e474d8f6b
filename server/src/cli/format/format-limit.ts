/** Limits of functions as the terminal shows them. */
import type { FunctionLimitAnswer, LimitControlName, LimitValueAnswer } from "../../api/answers.ts";
import { formatDuration } from "./format-duration.ts";

const controlNames: Readonly<Record<LimitControlName, string>> = {
  concurrency: "concurrency",
  runConcurrency: "concurrency of runs",
  throttle: "throttle",
  rateLimit: "rate limit",
};

export const nameOfControl = (control: LimitControlName): string => controlNames[control];

/** `5`, `10 in 1m`, `10 in 1m, burst 5`, `no limit`. Null: the code has none. */
export function formatLimit(value: LimitValueAnswer | null): string {
  if (value === null) return "none";
  const { limit, periodMs, burst } = value;
  if (limit === 0) return "no limit";
  if (periodMs === null) return String(limit);
  return `${limit} in ${formatDuration(periodMs)}${burst ? `, burst ${burst}` : ""}`;
}

/** `concurrency 5 (code: 10)`: what people have set. */
export function formatSetLimit({ control, code, now }: FunctionLimitAnswer): string {
  return `${nameOfControl(control)} ${formatLimit(now)} (code: ${formatLimit(code)})`;
}
