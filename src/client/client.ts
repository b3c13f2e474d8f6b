/**
 * The client of an app: sends events and makes functions. Made by users, one for an app; read by the handler.
 * Keys and addresses are read when they are used, since some runtimes have no environment before the first request.
 */
import { invalidOption, isInstance, noRealtime } from "../errors/index.ts";
import type { AnyEvents, CreatedEvent, EventRecord, EventSchemas, SendableEvent } from "../events/index.ts";
import {
  type Checkpointing,
  createFunctionRecord,
  type FailureHandler,
  type FunctionOptions,
  type InngestFunction,
  type InvokeData,
  type Logger,
  type TriggeredEvent,
  type Triggers,
  toCheckpointing,
} from "../function/index.ts";
import { type AnyMiddleware, type ContextAdditions, openPipeline, type WithResult } from "../middleware/index.ts";
import type { EventPayload } from "../protocol/event.ts";
import { headerKeys } from "../protocol/headers.ts";
import { sdkHeaderValue, userAgent } from "../protocol/version.ts";
import type { ClientOptions } from "./client-options.ts";
import { assertClientOptions } from "./client-options.ts";
import { ConsoleLogger } from "./console-logger.ts";
import { createReadEnv, type EnvBag, environmentName, parseBoolean, platformName, type ReadEnv } from "./env.ts";
import type { ApiFetch } from "./fetch-with-keys.ts";
import type { HandlerContext, WithOwn } from "./handler-context.ts";
import type { InProcessEngine } from "./in-process-engine.ts";
import { baseUrlOf, devUrlOf, type Mode, modeOf } from "./mode.ts";
import { normaliseEvents, sendEvents } from "./send.ts";
import type { RunSendOptions, SendOptions, SendSignalOptions } from "./send-options.ts";
import { sendSignal } from "./send-signal.ts";
import { inheritanceOf, withInherited } from "./sessions.ts";

/**
 * An app's client: sends events and makes functions. Its event types come from `schemas`; without it every event name and
 * any data are accepted. What its middleware adds to handlers is in their types.
 * @example
 * ```ts
 * import { Inngest } from "stepwell";
 *
 * export const inngest = new Inngest({ id: "shop" });
 * export const welcome = inngest.createFunction(
 *   { id: "welcome", triggers: { event: "shop/customer.created" } },
 *   async ({ event, step }) => step.run("greet", () => `Hello ${event.data.name}`),
 * );
 * await inngest.send({ name: "shop/customer.created", data: { name: "Ana" } });
 * ```
 */
export class Inngest<
  TEvents extends EventRecord = AnyEvents,
  const TMiddleware extends readonly AnyMiddleware[] = readonly [],
> {
  readonly id: string;
  readonly logger: Logger;
  /** Where the SDK itself writes. */
  readonly internalLogger: Logger;
  /** Whether what functions write to the console is kept with their runs. */
  readonly captureConsole: boolean;
  /** Null when there is none. */
  readonly appVersion: string | null;
  /** Null when there are none. */
  readonly schemas: EventSchemas<TEvents> | null;
  readonly middleware: readonly AnyMiddleware[];
  /** Null: one call a step. */
  readonly checkpointing: Checkpointing | null;
  readonly optimizeParallelism: boolean;
  /** Nothing has to be waited for: kept for apps that await it. */
  readonly ready: Promise<void> = Promise.resolve();
  /** Set by `serve`: reaches the engine where the app gave no `fetch` of its own. Null: the runtime's fetch does. */
  pooledFetch: ApiFetch | null = null;
  /** Not built: each of its functions rejects and says so. */
  readonly realtime: typeof noRealtime = noRealtime;
  /** Where `@inngest/realtime` looks for the same. */
  readonly inngestApi: typeof noRealtime = noRealtime;
  readonly #options: ClientOptions<TEvents, TMiddleware>;
  readonly #read: ReadEnv;
  readonly #funcs: InngestFunction[] = [];
  #givenEventKey: string | null = null;
  #bag: EnvBag = {};
  #engine: InProcessEngine | null = null;

  /** @throws {StepwellError} `invalid_option`, naming the option. */
  constructor(options: ClientOptions<TEvents, TMiddleware>) {
    assertClientOptions(options);
    const { experimentalCheckpointing, checkpointing = experimentalCheckpointing ?? true, middleware = [] } = options;
    this.id = options.id;
    this.logger = options.logger ?? new ConsoleLogger();
    this.internalLogger = options.internalLogger ?? this.logger;
    this.captureConsole = options.captureConsole ?? false;
    this.appVersion = options.appVersion ?? null;
    this.schemas = options.schemas ?? null;
    this.middleware = middleware;
    this.checkpointing = toCheckpointing(checkpointing);
    this.optimizeParallelism = options.optimizeParallelism ?? true;
    this.#options = options;
    this.#read = createReadEnv(() => this.#bag);
    for (const one of middleware) one.onRegister?.({ client: this, fn: null });
  }

  static readonly "~kin": string = "Inngest.App";

  /** Clients of other copies of the package are instances too. */
  static [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: the class that stands right of instanceof
    return isInstance(this, value);
  }

  get [Symbol.toStringTag](): "Inngest.App" {
    return "Inngest.App";
  }

  /** Hands over environment variables, for runtimes that give them with each request. Adds to those given before. */
  setEnvVars(env: EnvBag = {}): this {
    if (env !== this.#bag) this.#bag = { ...this.#bag, ...env };
    return this;
  }

  /**
   * Talks to an engine in this process from now on, which asks for no keys. Called by embedded engines and test servers.
   * Its own mode stays: who calls it over HTTP meanwhile is asked for a signature as before.
   * @returns what undoes it.
   */
  useEngine(engine: InProcessEngine): () => void {
    this.#engine = engine;
    return () => {
      if (this.#engine === engine) this.#engine = null;
    };
  }

  /** Milliseconds since 1970. */
  get now(): () => number {
    return this.#engine?.now ?? Date.now;
  }

  /** Reads an environment variable as the client does. */
  readEnv(name: string): string | undefined {
    return this.#read(name);
  }

  /** Null when there is none. */
  get eventKey(): string | null {
    return this.#givenEventKey ?? this.#setting("eventKey", "EVENT_KEY");
  }

  /**
   * Uses another event key from now on.
   * @throws {StepwellError} `invalid_option` when it is no text or empty. Never shows it.
   */
  setEventKey(key: string): void {
    if (typeof key !== "string" || key === "") {
      throw invalidOption("setEventKey() expects an event key: a text that is not empty");
    }
    this.#givenEventKey = key;
  }

  #setting(option: "signingKey" | "signingKeyFallback" | "eventKey", variable: string): string | null {
    return this.#options[option] ?? this.#read(`INNGEST_${variable}`) ?? null;
  }

  /** The functions that this client made, in order. */
  get funcs(): readonly InngestFunction[] {
    return this.#funcs;
  }

  /** Whether events that runs send inherit their sessions. */
  get sessionPropagation(): boolean {
    return this.#options.sessionPropagation ?? parseBoolean(this.#read("INNGEST_SESSION_PROPAGATION")) ?? true;
  }

  /** `INNGEST_DEV` as an address; null when it is none. Ends in a slash. */
  get explicitDevUrl(): string | null {
    return devUrlOf(this.#read);
  }

  /** Null when there is none. */
  get signingKey(): string | null {
    return this.#setting("signingKey", "SIGNING_KEY");
  }

  /** Null when there is none. */
  get signingKeyFallback(): string | null {
    return this.#setting("signingKeyFallback", "SIGNING_KEY_FALLBACK");
  }

  get mode(): Mode {
    return modeOf(this.#options.isDev, this.signingKey !== null, this.#read);
  }

  /** Name of the environment; null for the main one. */
  get env(): string | null {
    return this.#options.env ?? environmentName(this.#read);
  }

  /** Name of the hosting platform; null when unknown. */
  get platform(): string | null {
    return platformName(this.#read);
  }

  /** Ends in a slash. */
  get apiBaseUrl(): string {
    return this.#engine?.url ?? baseUrlOf("API", this.#options.baseUrl, this.mode, this.#read);
  }

  /** Ends in a slash. */
  get eventBaseUrl(): string {
    return this.#engine?.url ?? baseUrlOf("EVENT_API", this.#options.baseUrl, this.mode, this.#read);
  }

  get fetch(): typeof fetch {
    // Not taken apart from globalThis before it is used: edge runtimes and tests replace it.
    return this.#engine?.fetch ?? this.#options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** How the engine is reached: by what `fetch` says, or by something lighter that the runtime has. */
  get apiFetch(): ApiFetch {
    return this.#engine?.fetch ?? this.#options.fetch ?? this.pooledFetch ?? this.fetch;
  }

  /** Headers of every request that the SDK makes. */
  get headers(): Record<string, string> {
    return this.#headers(this.env);
  }

  #headers(env: string | null): Record<string, string> {
    const { platform } = this;
    return {
      "content-type": "application/json",
      "user-agent": userAgent,
      [headerKeys.sdk]: sdkHeaderValue,
      [headerKeys.sdkHandled]: "true",
      ...(env !== null && { [headerKeys.env]: env }),
      ...(platform !== null && { [headerKeys.platform]: platform }),
    };
  }

  /**
   * Sends one event or many; more than one request takes are sent in several, in order.
   * @returns ids in the order of the events.
   * @throws {StepwellError} `invalid_option`, `missing_event_key` or `send_failed`; {@link EventValidationError} for data
   * that does not fit the `eventType()` that made the event.
   */
  async send(
    payload: SendableEvent<TEvents> | readonly SendableEvent<TEvents>[],
    options: SendOptions = {},
  ): Promise<{ ids: string[] }> {
    const events = (Array.isArray(payload) ? payload : [payload]) as readonly EventPayload[];
    // Before middleware, which may encrypt them.
    for (const event of events as readonly Partial<CreatedEvent>[]) {
      if (typeof event?.validate === "function") await event.validate();
    }
    const { env = this.env, seed = this.#engine?.seed ?? null, sessions, fn = null } = options as RunSendOptions;
    const send = (changed: readonly EventPayload[]): Promise<{ ids: string[] }> =>
      sendEvents({
        events: changed,
        eventUrl: this.eventBaseUrl,
        eventKey: this.eventKey,
        mode: this.#engine === null ? this.mode : "dev",
        headers: this.#headers(env),
        fetch: this.apiFetch,
        logger: this.internalLogger,
        now: this.now,
        delay: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        seed,
      });
    const stamped = withInherited(events, inheritanceOf(this, sessions, this.sessionPropagation));
    const normalise = (given: readonly EventPayload[]): EventPayload[] => normaliseEvents(given, this.now());
    const pipeline = openPipeline([...this.middleware, ...(fn?.middleware ?? [])], { client: this, fn });
    return pipeline ? pipeline.wrapSend(stamped, normalise, send) : send(normalise(stamped));
  }

  /**
   * Wakes the run that waits for a signal by `step.waitForSignal`.
   * @returns the run's id; without one when no run waits for it.
   * @throws {StepwellError} `invalid_option` or `send_failed`.
   */
  async sendSignal({ env = this.env ?? undefined, ...signal }: SendSignalOptions): Promise<{ runId?: string }> {
    const { signingKey, signingKeyFallback, apiBaseUrl: apiUrl, apiFetch: fetch } = this;
    return sendSignal({ signal, apiUrl, signingKey, signingKeyFallback, fetch, headers: this.#headers(env ?? null) });
  }

  /**
   * Makes a function: `createFunction({ id, triggers }, handler)`. Without triggers only an invocation starts it.
   * @throws {StepwellError} `invalid_option`, saying which option of which function and what is allowed.
   */
  createFunction<
    const TTriggers extends Triggers<TEvents>,
    TOutput,
    const TOwn extends readonly AnyMiddleware[] | undefined = undefined,
  >(
    options: Options<TEvents, TMiddleware, TOwn> & { triggers?: TTriggers },
    handler: (
      context: HandlerContext<TEvents, TriggeredEvent<TEvents, TTriggers>, WithOwn<TMiddleware, TOwn>>,
    ) => TOutput,
  ): InngestFunction<InvokeData<TEvents, TTriggers>, Awaited<TOutput>> &
    WithResult<WithOwn<TMiddleware, TOwn>, Awaited<TOutput>>;
  /** Makes a function: `createFunction({ id }, { event }, handler)`. */
  createFunction<
    const TTriggers extends Triggers<TEvents>,
    TOutput,
    const TOwn extends readonly AnyMiddleware[] | undefined = undefined,
  >(
    options: Options<TEvents, TMiddleware, TOwn>,
    triggers: TTriggers,
    handler: (
      context: HandlerContext<TEvents, TriggeredEvent<TEvents, TTriggers>, WithOwn<TMiddleware, TOwn>>,
    ) => TOutput,
  ): InngestFunction<InvokeData<TEvents, TTriggers>, Awaited<TOutput>> &
    WithResult<WithOwn<TMiddleware, TOwn>, Awaited<TOutput>>;
  createFunction(...args: unknown[]): InngestFunction {
    const fn = createFunctionRecord(this, args);
    for (const one of fn.middleware) one.onRegister?.({ client: this, fn });
    this.#funcs.push(fn);
    return fn;
  }
}

/** Clients in general. */
// biome-ignore lint/style/noNamespace: apps of the published SDK name these types so
export declare namespace Inngest {
  /** A client with event types and middleware of any kind. */
  // biome-ignore lint/suspicious/noExplicitAny: any client
  type Any = Inngest<any, any>;
  /** A client of any copy of the package. */
  type Like = { readonly [Symbol.toStringTag]: "Inngest.App" };
}

/** A function's options, as this client's handlers see them. */
type Options<TEvents extends EventRecord, TMiddleware extends readonly AnyMiddleware[], TOwn> = Omit<
  FunctionOptions<TEvents>,
  "middleware" | "onFailure"
> & {
  middleware?: TOwn;
  onFailure?: FailureHandler<TEvents, ContextAdditions<TMiddleware>>;
};
