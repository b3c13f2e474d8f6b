/**
 * Entry of `stepwell/sentry`: tells Sentry of failed runs. Needs a Sentry SDK of the app (8 or later): passed in, or
 * found as `@sentry/core`, an optional peer. Nothing in the rest of the SDK imports this.
 */
import { StepwellError } from "../../errors/index.ts";
import { BaseMiddleware } from "../base-middleware.ts";
import type {
  MiddlewareContext,
  OnRunErrorArgs,
  OnStepErrorArgs,
  TransformFunctionInputArgs,
  WrapRequestArgs,
  WrapStepHandlerArgs,
} from "../hook-args.ts";
import type { AnyMiddleware, MiddlewareClient, MiddlewareResponse } from "../open-pipeline.ts";

/** What is used of a Sentry scope. */
export interface SentryScope {
  setTags(tags: Record<string, string>): unknown;
  setContext(name: string, context: Record<string, unknown> | null): unknown;
}

/** What is used of a Sentry SDK: `@sentry/node` and its like have it all. */
export interface SentryModule {
  // biome-ignore lint/suspicious/noExplicitAny: the scope of any version
  withIsolationScope<T>(callback: (scope: any) => T): T;
  // biome-ignore lint/suspicious/noExplicitAny: the span of any version
  startSpan<T>(options: { name: string; op?: string }, callback: (span: any) => T): T;
  captureException(
    error: unknown,
    hint: { tags: Record<string, string>; contexts: Record<string, Record<string, unknown>> },
  ): string;
  flush(timeoutMs?: number): PromiseLike<boolean>;
}

/** What {@link sentryMiddleware} takes. */
export interface SentryOptions {
  /** The app's Sentry SDK: `import * as Sentry from "@sentry/node"`. Default: `@sentry/core`. */
  sentry?: SentryModule;
  /** Leaves out the wait, after each call, until reports are sent. Default: false. */
  disableAutomaticFlush?: boolean;
  /** Reports an error only when no further attempt follows. Default: true. */
  onlyCaptureFinalAttempt?: boolean;
  /** Also reports errors of steps, by themselves. Uncaught ones are then reported twice. Default: false. */
  captureStepErrors?: boolean;
}

/** Adds `sentry`, the run's scope, to the handler's argument. */
export interface SentryMiddlewareClass extends AnyMiddleware {
  new (args: {
    client: MiddlewareClient;
  }): BaseMiddleware & {
    transformFunctionInput(args: TransformFunctionInputArgs): WithSentry;
  };
}

type WithSentry = TransformFunctionInputArgs & { ctx: MiddlewareContext & { sentry: SentryScope } };

const FLUSH_MS = 2000;
const USED = ["withIsolationScope", "startSpan", "captureException", "flush"] as const;

interface Settings extends Required<Omit<SentryOptions, "sentry">> {
  load: () => Promise<SentryModule>;
}

/** The middleware, but for its settings. */
abstract class ReportingMiddleware extends BaseMiddleware {
  protected abstract readonly settings: Settings;
  readonly id = "stepwell:sentry";
  #sentry: SentryModule | null = null;
  #scope: SentryScope = { setTags() {}, setContext() {} };
  #tags: Record<string, string> = {};
  #contexts: Record<string, Record<string, unknown>> = {};

  override async wrapRequest({ next, fn, runId }: WrapRequestArgs): Promise<MiddlewareResponse> {
    const sentry = await this.settings.load();
    this.#sentry = sentry;
    this.#tags = {
      "inngest.client.id": this.client.id,
      "inngest.function.id": fn?.id(this.client.id) ?? "",
      "inngest.function.name": fn?.name ?? "",
      "inngest.run.id": runId,
    };
    try {
      return await sentry.withIsolationScope((scope: SentryScope) => {
        this.#scope = scope;
        scope.setTags(this.#tags);
        return sentry.startSpan({ name: fn?.name ?? "", op: "function.inngest" }, next);
      });
    } finally {
      if (!this.settings.disableAutomaticFlush) await sentry.flush(FLUSH_MS);
    }
  }

  override transformFunctionInput(args: TransformFunctionInputArgs): WithSentry {
    const { event, attempt } = args.ctx;
    this.#tags = { ...this.#tags, "inngest.event.id": event.id, "inngest.event.name": event.name };
    this.#contexts = { inngest: { eventName: event.name, eventId: event.id, attempt } };
    this.#scope.setTags(this.#tags);
    this.#scope.setContext("inngest", this.#contexts["inngest"] ?? null);
    return { ...args, ctx: { ...args.ctx, sentry: this.#scope } };
  }

  override wrapStepHandler({ next, stepInfo }: WrapStepHandlerArgs): Promise<unknown> {
    const { name, id } = stepInfo.options;
    return this.#sentry === null ? next() : this.#sentry.startSpan({ name: name ?? id, op: "step.inngest" }, next);
  }

  override onRunError({ error, isFinalAttempt }: OnRunErrorArgs): void {
    this.#report(error, isFinalAttempt, {});
  }

  override onStepError({ error, isFinalAttempt, stepInfo }: OnStepErrorArgs): void {
    if (this.settings.captureStepErrors)
      this.#report(error, isFinalAttempt, { "inngest.step.id": stepInfo.options.id });
  }

  #report(error: unknown, isFinalAttempt: boolean, tags: Record<string, string>): void {
    if (this.settings.onlyCaptureFinalAttempt && !isFinalAttempt) return;
    this.#sentry?.captureException(error, { tags: { ...this.#tags, ...tags }, contexts: this.#contexts });
  }
}

/**
 * Reports errors of runs to Sentry, with tags for the app, function, event and run, and makes spans of calls and steps.
 * @throws {StepwellError} `invalid_option` when `sentry` is no Sentry SDK.
 * @example
 * ```ts
 * import { Inngest } from "stepwell";
 * import { sentryMiddleware } from "stepwell/sentry";
 *
 * export const client = new Inngest({ id: "shop", middleware: [sentryMiddleware({ captureStepErrors: true })] });
 * ```
 */
export function sentryMiddleware(options: SentryOptions = {}): SentryMiddlewareClass {
  const { sentry, onlyCaptureFinalAttempt = true, captureStepErrors = false, disableAutomaticFlush = false } = options;
  if (sentry !== undefined) assertSentry(sentry);
  let loading: Promise<SentryModule> | undefined;
  const load = async (): Promise<SentryModule> => {
    if (sentry !== undefined) return sentry;
    loading ??= loadSentry();
    return loading;
  };
  return class SentryMiddleware extends ReportingMiddleware {
    protected readonly settings = { load, onlyCaptureFinalAttempt, captureStepErrors, disableAutomaticFlush };
  };
}

async function loadSentry(): Promise<SentryModule> {
  try {
    return (await import("@sentry/core")) as unknown as SentryModule;
  } catch (cause) {
    throw new StepwellError(
      'sentryMiddleware found no "@sentry/core". Install your platform\'s Sentry SDK and pass it: `import * as Sentry from "@sentry/node"; sentryMiddleware({ sentry: Sentry })`.',
      { code: "invalid_option", cause },
    );
  }
}

function assertSentry(sentry: SentryModule): void {
  const missing = USED.filter((name) => typeof (sentry as SentryModule | null)?.[name] !== "function");
  if (missing.length === 0) return;
  throw new StepwellError(
    `sentryMiddleware: \`sentry\` has no ${missing.join(", ")}; expected a Sentry SDK of version 8 or later, as \`import * as Sentry from "@sentry/node"\`.`,
    { code: "invalid_option" },
  );
}
