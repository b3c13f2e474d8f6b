/** What `retries` may be, of functions and of steps. */
import { retriesMax } from "../protocol/limits.ts";
import { between, callback, duration, list, type Rule, shape, whole } from "./rules.ts";

const BACKOFFS = 100;
const FACTOR_MAX = 1000;

const growing = shape({
  initial: duration(),
  factor: between(1, FACTOR_MAX),
  max: duration(),
  jitter: between(0, 1),
});

const backoff: Rule = (value, path, report) => {
  const check = Array.isArray(value) ? list(duration(), 1, BACKOFFS) : typeof value === "object" ? growing : callback;
  check(value, path, report);
};

const attempts = whole(0, retriesMax);
const both = shape({ attempts, backoff });

/** Retries after the first attempt, or their number and the delays between them. */
export const retries: Rule = (value, path, report) =>
  (typeof value === "object" ? both : attempts)(value, path, report);
