/**
 * Entry of `stepwell/opentelemetry`: spans of calls, steps and sent events. Needs `@opentelemetry/api`, an optional
 * peer, and nothing else; where spans go is the app's own set-up. Nothing in the rest of the SDK imports this.
 */
import {
  type Attributes,
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { packageVersion } from "../../protocol/version.ts";
import { BaseMiddleware } from "../base-middleware.ts";
import type { MiddlewareClass } from "../context-additions.ts";
import type {
  OnRunErrorArgs,
  TransformFunctionInputArgs,
  WrapRequestArgs,
  WrapSendEventArgs,
  WrapStepHandlerArgs,
} from "../hook-args.ts";
import type { MiddlewareResponse } from "../open-pipeline.ts";

/** What {@link openTelemetryMiddleware} takes. */
export interface OpenTelemetryOptions {
  /** Makes the spans. Default: the global provider's tracer named `stepwell`. */
  tracer?: Tracer;
}

const TRACEPARENT = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})/;
const SERVER_ERROR = 500;

/**
 * Makes a span of each call of the engine, of each step that runs and of each sending of events. A call's span is the
 * child of the active span (of an HTTP instrumentation, say), else of the `traceparent` that the engine sent.
 * @example
 * ```ts
 * import { Inngest } from "stepwell";
 * import { openTelemetryMiddleware } from "stepwell/opentelemetry";
 *
 * export const client = new Inngest({ id: "shop", middleware: [openTelemetryMiddleware()] });
 * ```
 */
export function openTelemetryMiddleware(options: OpenTelemetryOptions = {}): MiddlewareClass {
  const tracer = (): Tracer => options.tracer ?? trace.getTracer("stepwell", packageVersion);

  return class OpenTelemetryMiddleware extends BaseMiddleware {
    readonly id = "stepwell:opentelemetry";
    #span: Span | null = null;
    #around: Context = context.active();

    override wrapRequest({ next, fn, requestInfo, runId }: WrapRequestArgs): Promise<MiddlewareResponse> {
      const attributes: Attributes = { "stepwell.app.id": this.client.id, "stepwell.run.id": runId };
      const name = fn?.id(this.client.id);
      if (name !== undefined) attributes["stepwell.function.id"] = name;
      const span = tracer().startSpan(
        `call ${name}`,
        { kind: SpanKind.SERVER, attributes },
        parentOf(requestInfo.headers),
      );
      this.#span = span;
      this.#around = trace.setSpan(context.active(), span);
      return inSpan(span, this.#around, async () => {
        const response = await next();
        span.setAttribute("http.response.status_code", response.status);
        if (response.status >= SERVER_ERROR) span.setStatus({ code: SpanStatusCode.ERROR });
        return response;
      });
    }

    override transformFunctionInput(args: TransformFunctionInputArgs): TransformFunctionInputArgs {
      const { event, attempt } = args.ctx;
      this.#span?.setAttributes({
        "stepwell.event.name": event.name,
        "stepwell.event.id": event.id,
        "stepwell.attempt": attempt,
      });
      return args;
    }

    override wrapStepHandler({ next, stepInfo }: WrapStepHandlerArgs): Promise<unknown> {
      const { id } = stepInfo.options;
      const attributes = { "stepwell.step.id": id, "stepwell.step.type": stepInfo.stepType };
      const around = trace.getSpan(context.active()) === undefined ? this.#around : context.active();
      const span = tracer().startSpan(`step ${id}`, { attributes }, around);
      return inSpan(span, trace.setSpan(around, span), next);
    }

    override onRunError({ error }: OnRunErrorArgs): void {
      if (this.#span !== null) fail(this.#span, error);
    }

    override wrapSendEvent({ next, events }: WrapSendEventArgs): Promise<{ ids: string[] }> {
      const attributes = { "stepwell.event.names": [...new Set(events.map(({ name }) => name))] };
      const span = tracer().startSpan("send events", { kind: SpanKind.PRODUCER, attributes });
      return inSpan(span, trace.setSpan(context.active(), span), next);
    }
  };
}

/** Where a call's span belongs. Read by hand when the app has set up no propagator. */
function parentOf(headers: Readonly<Record<string, string>>): Context {
  const active = context.active();
  if (trace.getSpan(active) !== undefined) return active;
  const extracted = propagation.extract(active, headers, {
    get: (carrier, name) => carrier[name],
    keys: () => ["traceparent", "tracestate"],
  });
  if (trace.getSpanContext(extracted) !== undefined) return extracted;
  const [, traceId, spanId, flags] = TRACEPARENT.exec(headers["traceparent"] ?? "") ?? [];
  if (traceId === undefined || spanId === undefined) return extracted;
  const traceFlags = Number.parseInt(flags ?? "", 16);
  return trace.setSpanContext(extracted, { traceId, spanId, traceFlags, isRemote: true });
}

async function inSpan<T>(span: Span, around: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await context.with(around, work);
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function fail(span: Span, error: unknown): void {
  const thrown = error instanceof Error ? error : new Error(String(error));
  span.recordException(thrown);
  span.setStatus({ code: SpanStatusCode.ERROR, message: thrown.message });
}
