/**
 * Limits of the protocol, in one place. Sizes in bytes, times in milliseconds. Imported as the namespace `limits`, and
 * written as plain numbers, so that a bundler puts those that an app uses in their places and leaves the rest out.
 * See docs/operations.md#limits.
 */

/** One event, as JSON. */
export const eventSizeBytes = 3_145_728;
/** Events in one request of the event API. */
export const eventsPerRequest = 5000;
/** Characters of an event's name. */
export const eventNameLength = 512;
/** Sessions that an event names, and those that runs pass on. */
export const sessionsPerEvent = 5;
export const sessionKeyBytes = 128;
export const sessionIdBytes = 512;
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
export const batchSizeMax = 1000;
export const batchTimeoutMaxMs = 3_600_000;
/** Shortest period of `throttle`, `rateLimit` and `debounce`, shortest batch timeout and shortest cron jitter. */
export const periodMinMs = 1_000;
export const rateLimitPeriodMaxMs = 86_400_000;
export const debouncePeriodMaxMs = 604_800_000;
/** How long after the start of a run an event of its `cancelOn` may still cancel it: 100 years. */
export const cancelTimeoutMaxMs = 3_155_760_000_000;
export const cronJitterMaxMs = 300_000;
/** One step's output, or a function's. */
export const stepOutputBytes = 4_194_304;
/** What a call carries inline before the app must fetch its state by `use_api`. */
export const inlineStateBytes = 4_193_280;
/** The body of a request to an app. */
export const requestBytes = 4_194_304;
/** An app's whole answer. */
export const responseBytes = 8_388_608;
/** All step outputs of one run together. */
export const runStateBytes = 33_554_432;
export const stepsPerRun = 1000;
/** Longest call to an app. */
export const callTimeoutMs = 7_200_000;
/** How long a run waits for an app that cannot be reached. */
export const unreachableMaxMs = 86_400_000;
/** A sync request to an app. */
export const syncTimeoutMs = 10_000;
export const redirects = 60;
/** What `Retry-After` is clamped to. */
export const retryDelayMinMs = 1_000;
export const retryDelayMaxMs = 86_400_000;
export const sleepMaxMs = 31_622_400_000;
/** How far a signature's timestamp may lie from now, either way. */
export const signatureAgeMs = 300_000;
/** How deep the causes of an error are kept. */
export const errorCauseDepth = 5;
/** Lines of what a function logs that an app sends at once, and characters of them all. */
export const logLinesAtOnce = 1000;
export const logLengthAtOnce = 262_144;
/** Characters of a line that is kept whole. */
export const logLineLength = 8_192;
/** What is kept of a run's log. */
export const logLinesPerRun = 10_000;
export const logBytesPerRun = 1_048_576;
