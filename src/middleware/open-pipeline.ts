/**
 * The door to the pipeline. The client and the handler come through here, so an app without middleware does not
 * bundle the rest: every middleware brings the pipeline with it. Must never import the pipeline.
 */
import { isObject, reportFor, show } from "../options/index.ts";
import type { ExecutionHooks, HookContext, HookLogger } from "./hooks.ts";
import type { StepDriver, StepPort } from "./step-driver.ts";
import type { ScopeStorage } from "./step-scopes.ts";

/** What middleware sees of the client. */
export interface MiddlewareClient {
  readonly id: string;
  readonly logger: HookLogger;
  /** Where the SDK itself writes. Default: `logger`. */
  readonly internalLogger?: HookLogger;
  // biome-ignore lint/suspicious/noExplicitAny: takes the events of any client
  send(payload: any, options?: any): Promise<{ ids: string[] }>;
}

/** What middleware sees of a function. */
export interface MiddlewareFunction {
  readonly name: string;
  readonly opts: object;
  id(prefix?: string): string;
}

/** Whose middleware it is. */
export interface PipelineOwner {
  client: MiddlewareClient;
  /** Null: events that the client sends outside of functions. */
  fn: MiddlewareFunction | null;
}

/** An event on its way out. */
export interface OutgoingEvent {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the data of any event
  data?: any;
  id?: string;
  ts?: number;
  v?: string;
}

/** An answer of the app as middleware sees it: with the protocol's headers and its signature, as it is to be sent. */
export interface MiddlewareResponse {
  status: number;
  headers: Record<string, string>;
  /** JSON text. Whoever changes it makes the signature wrong, which is not made anew. */
  body: string;
}

/** What is known of a call. */
export interface RequestInfo {
  method: string;
  url: URL;
  /** The SDK's own, and the request's `traceparent` and `tracestate`. All others are in `requestArgs`. */
  headers: Readonly<Record<string, string>>;
  /** The body, parsed. Rejects when it is no JSON. */
  body(): Promise<unknown>;
}

/** A call as the handler has it. */
export interface PipelineRequest {
  /** Absolute, or a path when the host is unknown. */
  url: string;
  headers: Record<string, string>;
  body: string;
  args: readonly unknown[];
}

/** The middleware of one request, or of one send: made new for each, so that it may keep state. */
export interface Pipeline {
  readonly hooks: ExecutionHooks;
  /** What puts the hooks around the steps of a call. */
  drive(context: HookContext, port: StepPort, storage: ScopeStorage | null): StepDriver;
  wrapRequest(request: PipelineRequest, next: () => Promise<MiddlewareResponse>): Promise<MiddlewareResponse>;
  /** @param normalise makes of events what travels; middleware changes them before, and sees them sent after. */
  wrapSend(
    events: OutgoingEvent[],
    normalise: (events: OutgoingEvent[]) => OutgoingEvent[],
    send: (events: OutgoingEvent[]) => Promise<{ ids: string[] }>,
  ): Promise<{ ids: string[] }>;
}

/** What `middleware: [...]` may hold: a class that extends `Middleware.BaseMiddleware`, or a v3 `InngestMiddleware`. */
export interface AnyMiddleware {
  /** Builds the pipeline of a list: every middleware brings it along. For the SDK alone. */
  "~pipeline"(list: readonly AnyMiddleware[], owner: PipelineOwner): Pipeline;
  onRegister?(owner: PipelineOwner): void;
}

/** Builds the pipeline of one request or send: the client's middleware, then the function's. Null when there is none. */
export function openPipeline(list: readonly AnyMiddleware[], owner: PipelineOwner): Pipeline | null {
  return list[0]?.["~pipeline"](list, owner) ?? null;
}

/**
 * Checks a `middleware` option.
 * @param where whose option it is, such as `new Inngest({ id: "shop" })`.
 * @throws {StepwellError} `invalid_option`, naming the entry that is no middleware.
 */
export function assertMiddleware(where: string, value: unknown): asserts value is readonly AnyMiddleware[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  const wrong = list.findIndex((entry) => typeof (entry as AnyMiddleware | null)?.["~pipeline"] !== "function");
  if (list === value && wrong === -1) return;
  const [path, given] = list === value ? [`middleware[${wrong}]`, list[wrong]] : ["middleware", value];
  reportFor(where)(
    path,
    `is ${nameOf(given)}`,
    // A second copy of the SDK has them too, and they know nothing of our pipeline.
    "classes (not instances) that extend this package's Middleware.BaseMiddleware, or its new InngestMiddleware()",
  );
}

function nameOf(value: unknown): string {
  if (typeof value === "function") return `the function "${value.name}"`;
  return isObject(value) ? `an instance of ${value.constructor?.name}` : show(value);
}
