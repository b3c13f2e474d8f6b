/**
 * Limits of the protocol, in one place. Sizes in bytes, times in milliseconds.
 * Source: reference/server.md §8.
 */

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

export const limits = {
  /** One event, as JSON. */
  eventSizeBytes: (3 * MIB) as number,
  /** Events in one request of the event API. */
  eventsPerRequest: 5000,
  /** Characters of an event's name. */
  eventNameLength: 512,
  /** Earliest and latest `ts` of an event, in milliseconds since 1970 (1980-01-01 and 2100-01-01). */
  eventTsMin: 315_532_800_000,
  eventTsMax: 4_102_444_800_000,
  /** Characters of an event name or cron expression in a trigger. */
  triggerNameLength: 255,
  triggersPerFunction: 10,
  /** Retries after the first attempt, when a function does not say. */
  retriesDefault: 4,
  retriesMax: 20,
  /** Limits on steps in one function's `concurrency`. */
  concurrencyPerFunction: 2,
  cancelOnPerFunction: 5,
  batchSizeMax: 100,
  batchTimeoutMaxMs: (60 * SECOND) as number,
  /** Shortest period of `throttle`, `rateLimit` and `debounce`, shortest batch timeout and shortest cron jitter. */
  periodMinMs: SECOND as number,
  rateLimitPeriodMaxMs: DAY as number,
  debouncePeriodMaxMs: (7 * DAY) as number,
  cronJitterMaxMs: (300 * SECOND) as number,
  /** One step's output, or a function's. */
  stepOutputBytes: (4 * MIB) as number,
  /** What a call carries inline before the app must fetch its state by `use_api`. */
  inlineStateBytes: (4 * MIB - KIB) as number,
  /** The body of a request to an app. */
  requestBytes: (4 * MIB) as number,
  /** An app's whole answer. */
  responseBytes: (8 * MIB) as number,
  /** All step outputs of one run together. */
  runStateBytes: (32 * MIB) as number,
  stepsPerRun: 1000,
  /** Longest call to an app. */
  callTimeoutMs: (2 * HOUR) as number,
  /** A sync request to an app. */
  syncTimeoutMs: (10 * SECOND) as number,
  redirects: 60,
  /** What `Retry-After` is clamped to. */
  retryDelayMinMs: SECOND as number,
  retryDelayMaxMs: (24 * HOUR) as number,
  sleepMaxMs: (366 * DAY) as number,
  /** How far a signature's timestamp may lie from now, either way. */
  signatureAgeMs: (300 * SECOND) as number,
  /** How deep the causes of an error are kept. */
  errorCauseDepth: 5,
} as const;
