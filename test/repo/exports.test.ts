import { describe, expect, test } from "vitest";
import { entries, exportedBy, readManifest } from "./entries.ts";

/** The names an entry exports, those that are only types marked so. */
const exportsOf = (entry: string): string[] =>
  exportedBy(entry)
    .map(({ name, isValue }) => (isValue ? name : `type ${name}`))
    .sort();

describe.each([".", "server"])("typesVersions of package.json in %s", (folder) => {
  test("names every sub-path for compilers that do not know exports", () => {
    const { exports, typesVersions } = readManifest(folder);
    const expected = Object.entries(exports).flatMap(([path, target]) =>
      path === "." || typeof target === "string" ? [] : [[path.slice("./".length), [target.import.types]]],
    );
    expect(typesVersions["*"]).toEqual(Object.fromEntries(expected));
  });
});

describe("the public exports", () => {
  test("are those of these entries", () => {
    expect([...entries.keys()]).toMatchInlineSnapshot(`
      [
        "stepwell",
        "stepwell/protocol",
        "stepwell/signing",
        "stepwell/fetch",
        "stepwell/edge",
        "stepwell/hono",
        "stepwell/node",
        "stepwell/express",
        "stepwell/fastify",
        "stepwell/koa",
        "stepwell/next",
        "stepwell/sveltekit",
        "stepwell/astro",
        "stepwell/remix",
        "stepwell/nuxt",
        "stepwell/nitro",
        "stepwell/h3",
        "stepwell/cloudflare",
        "stepwell/netlify",
        "stepwell/lambda",
        "stepwell/digitalocean",
        "stepwell/redwood",
        "stepwell/bun",
        "stepwell/deno",
        "stepwell/deno/fresh",
        "stepwell/in-process",
        "stepwell/sentry",
        "stepwell/opentelemetry",
        "stepwell/experimental",
        "stepwell/realtime",
        "stepwell/react",
        "stepwell/connect",
        "stepwell/experimental/durable-endpoints",
        "stepwell/experimental/durable-endpoints/client",
        "stepwell/types",
        "stepwell/internals",
        "stepwell/testing",
        "stepwell-server",
        "stepwell-server/testing",
        "stepwell-server/client",
      ]
    `);
  });

  test("of stepwell", () => {
    expect(exportsOf("stepwell")).toMatchInlineSnapshot(`
      [
        "ConsoleLogger",
        "EventSchemas",
        "EventType",
        "EventValidationError",
        "GeminiAiAdapter",
        "Inngest",
        "InngestCommHandler",
        "InngestMiddleware",
        "Middleware",
        "NonRetriableError",
        "ProxyLogger",
        "RetryAfterError",
        "StepError",
        "StepwellError",
        "anthropic",
        "azureOpenai",
        "cron",
        "deepseek",
        "dependencyInjectionMiddleware",
        "durationToMs",
        "encryptionMiddleware",
        "eventType",
        "experiment",
        "fetch",
        "gemini",
        "grok",
        "group",
        "headerKeys",
        "internalEvents",
        "invoke",
        "isInngest",
        "isInngestFunction",
        "isInngestMiddleware",
        "isInngestRequest",
        "models",
        "openai",
        "openaiResponses",
        "queryKeys",
        "realtime",
        "referenceFunction",
        "serializeError",
        "serializerMiddleware",
        "slugify",
        "staticSchema",
        "step",
        "type ActionResponse",
        "type AiAdapter",
        "type AiAdapters",
        "type AiModel",
        "type AnthropicOptions",
        "type AnyMiddleware",
        "type AzureOpenAiOptions",
        "type Backoff",
        "type BackoffFunction",
        "type BaseContext",
        "type CancelOn",
        "type CheckpointingOption",
        "type ClientOptions",
        "type ClientOptionsFromInngest",
        "type CommHandlerOptions",
        "type Concurrency",
        "type Context",
        "type ContextAdditions",
        "type CreatedEvent",
        "type DurationInput",
        "type DurationLike",
        "type EncryptionOptions",
        "type EncryptionService",
        "type ErrorCode",
        "type EventDetails",
        "type EventMeta",
        "type EventNameFromTrigger",
        "type EventNameOf",
        "type EventPayload",
        "type EventRecord",
        "type EventSessionValue",
        "type EventSessions",
        "type EventsFromOpts",
        "type ExclusiveKeys",
        "type ExponentialBackoff",
        "type FailureContext",
        "type FailureEventArgs",
        "type FailureEventData",
        "type FailureEventPayload",
        "type FailureHandler",
        "type FinishedEventPayload",
        "type FunctionOptions",
        "type GetEvents",
        "type GetFunctionInput",
        "type GetFunctionOutput",
        "type GetFunctionOutputRaw",
        "type GetStepTools",
        "type GroupTools",
        "type Handler",
        "type HandlerActions",
        "type HandlerWithTriggers",
        "type InferOptions",
        "type InngestFunction",
        "type InngestFunctionReference",
        "type InngestMiddlewareOptions",
        "type InstantLike",
        "type InvokeOptions",
        "type IsStringLiteral",
        "type JsonError",
        "type Jsonify",
        "type LiteralZodEventSchema",
        "type LogArg",
        "type LogLevel",
        "type Logger",
        "type MaybePromise",
        "type MiddlewareOptions",
        "type MiddlewareRegisterFn",
        "type MiddlewareRegisterReturn",
        "type ModelOptions",
        "type OutgoingOp",
        "type ParallelOptions",
        "type PropagatedEventSessionValue",
        "type PropagatedEventSessions",
        "type ReceivedEvent",
        "type ReceivedEventMeta",
        "type RegisterOptions",
        "type Retries",
        "type RunConcurrency",
        "type ScheduledTimerEventPayload",
        "type SendEventBaseOutput",
        "type SendEventPayload",
        "type SendOptions",
        "type SendSignalOptions",
        "type SendSignalResponse",
        "type SendableEvent",
        "type ServeHandlerOptions",
        "type ServeOptions",
        "type SignalPayload",
        "type StandardEventSchemaToPayload",
        "type StandardEventSchemas",
        "type StandardSchemaV1",
        "type StepFetch",
        "type StepOptions",
        "type StepOptionsOrId",
        "type StepTools",
        "type StrictUnion",
        "type StrictUnionHelper",
        "type TimeStr",
        "type TimeString",
        "type TimestampInput",
        "type UnionKeys",
        "type ValidationOptions",
        "type WaitForEventOptions",
        "type WaitForSignalOptions",
        "type WithoutInternal",
        "type ZodEventSchemas",
        "type ZonedDateTimeLike",
        "validationMiddleware",
        "version",
        "wrapStringFirstLogger",
      ]
    `);
  });

  test("of stepwell/protocol", () => {
    expect(exportsOf("stepwell/protocol")).toMatchInlineSnapshot(`
      [
        "allowedText",
        "discoveryStepId",
        "excludedOption",
        "exclusionReason",
        "flowOptions",
        "headerKeys",
        "internalEvents",
        "introspectionSchemaVersion",
        "isInternalEventName",
        "isOpcode",
        "limits",
        "logsBefore",
        "logsBetween",
        "opcodes",
        "packageVersion",
        "parseTimeString",
        "protocolVersion",
        "queryKeys",
        "requestVersion",
        "retryOptions",
        "runCompleteId",
        "sdkHeaderValue",
        "shapeText",
        "triggerOptions",
        "type CallContext",
        "type CallRequest",
        "type CallStack",
        "type Capabilities",
        "type CheckpointRequest",
        "type CronTrigger",
        "type EitherSpec",
        "type EventMeta",
        "type EventPayload",
        "type EventSessionValue",
        "type EventSessions",
        "type EventTrigger",
        "type ExpressionSpec",
        "type FlagSpec",
        "type FlowOptions",
        "type FunctionConfig",
        "type InBandSyncResponse",
        "type Introspection",
        "type ListSpec",
        "type Logged",
        "type LoggedLine",
        "type MemoizedStep",
        "type NameSpec",
        "type NumberSpec",
        "type Opcode",
        "type Operation",
        "type OptionSpec",
        "type PropagatedEventSessionValue",
        "type ReceivedEvent",
        "type RegisterRequest",
        "type RegisterResponse",
        "type RegisteredRetries",
        "type ScalarSpec",
        "type SendEventResponse",
        "type SerializedError",
        "type ServerKind",
        "type ShapeSpec",
        "type SpecFields",
        "type StepConfig",
        "type SyncKind",
        "type TimeSpec",
        "type Trigger",
        "type UntilSpec",
        "type Userland",
        "type WordSpec",
        "userAgent",
      ]
    `);
  });

  test("of stepwell/signing", () => {
    expect(exportsOf("stepwell/signing")).toMatchInlineSnapshot(`
      [
        "canonicalJson",
        "hashSigningKey",
        "sha256Hex",
        "signBody",
        "stripKeyPrefix",
        "type VerifySignatureInput",
        "type VerifySignatureResult",
        "verifySignature",
      ]
    `);
  });

  test("of stepwell/fetch", () => {
    expect(exportsOf("stepwell/fetch")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type FetchHandler",
      ]
    `);
  });

  test("of stepwell/edge", () => {
    expect(exportsOf("stepwell/edge")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type EdgeHandler",
      ]
    `);
  });

  test("of stepwell/hono", () => {
    expect(exportsOf("stepwell/hono")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type HonoContext",
      ]
    `);
  });

  test("of stepwell/node", () => {
    expect(exportsOf("stepwell/node")).toMatchInlineSnapshot(`
      [
        "createServer",
        "frameworkName",
        "readRequestBody",
        "serve",
      ]
    `);
  });

  test("of stepwell/express", () => {
    expect(exportsOf("stepwell/express")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type ExpressHandler",
      ]
    `);
  });

  test("of stepwell/fastify", () => {
    expect(exportsOf("stepwell/fastify")).toMatchInlineSnapshot(`
      [
        "default",
        "fastifyPlugin",
        "frameworkName",
        "serve",
        "type FastifyApp",
        "type FastifyHandler",
        "type FastifyPluginOptions",
        "type FastifyReply",
        "type FastifyRequest",
      ]
    `);
  });

  test("of stepwell/koa", () => {
    expect(exportsOf("stepwell/koa")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type KoaContext",
      ]
    `);
  });

  test("of stepwell/next", () => {
    expect(exportsOf("stepwell/next")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type NextHandler",
      ]
    `);
  });

  test("of stepwell/sveltekit", () => {
    expect(exportsOf("stepwell/sveltekit")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type SvelteKitEvent",
        "type SvelteKitHandler",
      ]
    `);
  });

  test("of stepwell/astro", () => {
    expect(exportsOf("stepwell/astro")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type AstroContext",
        "type AstroHandler",
      ]
    `);
  });

  test("of stepwell/remix", () => {
    expect(exportsOf("stepwell/remix")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type RemixArguments",
        "type RemixHandler",
      ]
    `);
  });

  test("of stepwell/nuxt", () => {
    expect(exportsOf("stepwell/nuxt")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type H3Event",
      ]
    `);
  });

  test("of stepwell/nitro", () => {
    expect(exportsOf("stepwell/nitro")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type H3Event",
      ]
    `);
  });

  test("of stepwell/h3", () => {
    expect(exportsOf("stepwell/h3")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type H3Event",
      ]
    `);
  });

  test("of stepwell/cloudflare", () => {
    expect(exportsOf("stepwell/cloudflare")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type CloudflareHandler",
      ]
    `);
  });

  test("of stepwell/netlify", () => {
    expect(exportsOf("stepwell/netlify")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type NetlifyHandler",
      ]
    `);
  });

  test("of stepwell/lambda", () => {
    expect(exportsOf("stepwell/lambda")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type LambdaHandler",
      ]
    `);
  });

  test("of stepwell/digitalocean", () => {
    expect(exportsOf("stepwell/digitalocean")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type DigitalOceanArguments",
      ]
    `);
  });

  test("of stepwell/redwood", () => {
    expect(exportsOf("stepwell/redwood")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type RedwoodHandler",
      ]
    `);
  });

  test("of stepwell/bun", () => {
    expect(exportsOf("stepwell/bun")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type BunHandler",
      ]
    `);
  });

  test("of stepwell/deno", () => {
    expect(exportsOf("stepwell/deno")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type DenoHandler",
      ]
    `);
  });

  test("of stepwell/deno/fresh", () => {
    expect(exportsOf("stepwell/deno/fresh")).toMatchInlineSnapshot(`
      [
        "frameworkName",
        "serve",
        "type FreshHandler",
      ]
    `);
  });

  test("of stepwell/sentry", () => {
    expect(exportsOf("stepwell/sentry")).toMatchInlineSnapshot(`
      [
        "sentryMiddleware",
        "type SentryMiddlewareClass",
        "type SentryModule",
        "type SentryOptions",
        "type SentryScope",
      ]
    `);
  });

  test("of stepwell/opentelemetry", () => {
    expect(exportsOf("stepwell/opentelemetry")).toMatchInlineSnapshot(`
      [
        "openTelemetryMiddleware",
        "type OpenTelemetryOptions",
      ]
    `);
  });

  test("of stepwell/testing", () => {
    expect(exportsOf("stepwell/testing")).toMatchInlineSnapshot(`
      [
        "InngestTestEngine",
        "InngestTestRun",
        "createDeferredPromise",
        "createMockEvent",
        "isDeeplyEqual",
        "mockCtx",
        "type DeferredPromise",
        "type InngestTestEngineOptions",
        "type MockStep",
        "type Spy",
        "type SpyState",
        "type TestCheckpoint",
        "type TestCheckpoints",
        "type TestExecution",
        "type TestLine",
        "type TestState",
        "type TestStepExecution",
      ]
    `);
  });

  test("of stepwell-server/testing", () => {
    expect(exportsOf("stepwell-server/testing")).toMatchInlineSnapshot(`
      [
        "TestServer",
        "createTestServer",
        "type EmbeddedApp",
        "type FunctionRef",
        "type Moment",
        "type Span",
        "type StepRef",
        "type TestApps",
        "type TestAttempt",
        "type TestDeadLetter",
        "type TestError",
        "type TestEvent",
        "type TestEventInput",
        "type TestPauseOptions",
        "type TestRun",
        "type TestServerOptions",
        "type TestStep",
      ]
    `);
  });

  test("of stepwell-server/client, but for the types of answers", () => {
    const own = exportsOf("stepwell-server/client").filter((name) => !/^type \w+Answer$/.test(name));
    expect(own).toMatchInlineSnapshot(`
      [
        "EngineApiError",
        "createEngineClient",
        "isEngineApiError",
        "type AlertChannelChange",
        "type AlertChannelsClient",
        "type AlertConditionName",
        "type AlertFilter",
        "type AlertRulesClient",
        "type AlertSeverity",
        "type AlertThresholdUnit",
        "type AlertsClient",
        "type BulkFilter",
        "type BulkJobsClient",
        "type BulkKindName",
        "type CallOptions",
        "type Change",
        "type DeadLetterFilter",
        "type DeadLettersClient",
        "type EngineClient",
        "type EngineClientOptions",
        "type EventFilter",
        "type EventsClient",
        "type FunctionName",
        "type FunctionsClient",
        "type LimitControlName",
        "type LimitOverridesClient",
        "type LimitRequest",
        "type LimitTargetRequest",
        "type Listing",
        "type LogFilter",
        "type MetricsFilter",
        "type Moment",
        "type NewAlertChannel",
        "type NewAlertRule",
        "type NewEvent",
        "type NewSchedule",
        "type Page",
        "type PageRequest",
        "type PauseRequest",
        "type PausesClient",
        "type RerunFrom",
        "type RunActionName",
        "type RunChange",
        "type RunFilter",
        "type RunStatusName",
        "type RunWaitKind",
        "type RunsClient",
        "type SchedulesClient",
        "type StreamOptions",
        "type Target",
      ]
    `);
  });

  test("of stepwell-server", () => {
    expect(exportsOf("stepwell-server")).toMatchInlineSnapshot(`
      [
        "createPinoLogger",
        "createServer",
        "type EmbeddedApp",
        "type OidcOptions",
        "type PostgresOptions",
        "type ServerOptions",
        "type StepwellServer",
      ]
    `);
  });
});
