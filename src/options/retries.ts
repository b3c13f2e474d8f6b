/** What `retries` may be, of functions and of steps. */
import { retryOptions } from "../protocol/function-options.ts";
import { fromSpec } from "./from-spec.ts";
import { callback, type Rule, shape } from "./rules.ts";

const attempts = fromSpec(retryOptions.attempts);
const delays = fromSpec(retryOptions.delays);
const growing = shape({
  initial: fromSpec(retryOptions.initial),
  factor: fromSpec(retryOptions.factor),
  max: fromSpec(retryOptions.max),
  jitter: fromSpec(retryOptions.jitter),
});

const backoff: Rule = (value, path, report) =>
  (Array.isArray(value) ? delays : typeof value === "object" ? growing : callback)(value, path, report);

const both = shape({ attempts, backoff });

/** Retries after the first attempt, or their number and the delays between them. */
export const retries: Rule = (value, path, report) =>
  (typeof value === "object" ? both : attempts)(value, path, report);
