/**
 * Limits of the protocol, in one place. Sizes in bytes, times in milliseconds. Imported as the namespace `limits`, so that an
 * app bundles only those that it uses.
 * Source: reference/server.md §8.
 */

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/** One event, as JSON. */
export const eventSizeBytes: number = 3 * MIB;
/** Events in one request of the event API. */
export const eventsPerRequest = 5000;
/** Characters of an event's name. */
export const eventNameLength = 512;
/** Earliest and latest `ts` of an event, in milliseconds since 1970 (1980-01-01 and 2100-01-01). */
export const eventTsMin = 315_532_800_000;
export const eventTsMax = 4_102_444_800_000;
/** Characters of an event name or cron expression in a trigger. */
export const triggerNameLength = 255;
export const triggersPerFunction = 10;
/** Retries after the first attempt, when a function does not say. */
export const retriesDefault = 4;
export const retriesMax = 20;
/** Limits on steps in one function's `concurrency`. */
export const concurrencyPerFunction = 2;
export const cancelOnPerFunction = 5;
export const batchSizeMax = 100;
export const batchTimeoutMaxMs: number = 60 * SECOND;
/** Shortest period of `throttle`, `rateLimit` and `debounce`, shortest batch timeout and shortest cron jitter. */
export const periodMinMs: number = SECOND;
export const rateLimitPeriodMaxMs: number = DAY;
export const debouncePeriodMaxMs: number = 7 * DAY;
export const cronJitterMaxMs: number = 300 * SECOND;
/** One step's output, or a function's. */
export const stepOutputBytes: number = 4 * MIB;
/** What a call carries inline before the app must fetch its state by `use_api`. */
export const inlineStateBytes: number = 4 * MIB - KIB;
/** The body of a request to an app. */
export const requestBytes: number = 4 * MIB;
/** An app's whole answer. */
export const responseBytes: number = 8 * MIB;
/** All step outputs of one run together. */
export const runStateBytes: number = 32 * MIB;
export const stepsPerRun = 1000;
/** Longest call to an app. */
export const callTimeoutMs: number = 2 * HOUR;
/** A sync request to an app. */
export const syncTimeoutMs: number = 10 * SECOND;
export const redirects = 60;
/** What `Retry-After` is clamped to. */
export const retryDelayMinMs: number = SECOND;
export const retryDelayMaxMs: number = 24 * HOUR;
export const sleepMaxMs: number = 366 * DAY;
/** How far a signature's timestamp may lie from now, either way. */
export const signatureAgeMs: number = 300 * SECOND;
/** How deep the causes of an error are kept. */
export const errorCauseDepth = 5;
