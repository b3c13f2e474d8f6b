/** What `retries` may be, of functions and of steps. */
import { retryOptions } from "../protocol/function-options.ts";
import { fromSpecs } from "./from-spec.ts";
import { callback, type Rule, shape } from "./rules.ts";

const { attempts, delays, ...parts } = fromSpecs(retryOptions);
const growing = shape(parts);

const backoff: Rule = (value, path, report) =>
  (Array.isArray(value) ? delays : typeof value === "object" ? growing : callback)(value, path, report);

const both = shape({ attempts, backoff });

/** Retries after the first attempt, or their number and the delays between them. */
export const retries: Rule = (value, path, report) =>
  (typeof value === "object" ? both : attempts)(value, path, report);
