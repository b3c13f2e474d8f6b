/**
 * The client of an app: sends events and makes functions. Made by users, one for an app; read by the handler.
 * Keys and addresses are read when they are used, since some runtimes have no environment before the first request.
 */
import type {
  AnyEvents,
  EventName,
  EventRecord,
  FunctionOptions,
  Handler,
  InngestFunction,
  Logger,
  SendableEvent,
  TriggeredEvent,
  TriggerInput,
} from "../function/index.ts";
import { createFunctionRecord } from "../function/index.ts";
import type { EventPayload } from "../protocol/event.ts";
import { headerKeys } from "../protocol/headers.ts";
import { sdkHeaderValue, userAgent } from "../protocol/version.ts";
import type { ClientOptions } from "./client-options.ts";
import { assertClientOptions } from "./client-options.ts";
import { createReadEnv, type EnvBag, environmentName, platformName, type ReadEnv } from "./env.ts";
import { apiUrlOf, eventUrlOf, type Mode, modeOf } from "./mode.ts";
import { sendEvents } from "./send.ts";

/** What `send` takes beside the events. */
export interface SendOptions {
  /** Name of the environment to send to. Default: the client's. */
  env?: string;
}

/** An engine in this process, which the client talks to instead of the one at its address. */
export interface InProcessEngine {
  /** Stands for its address, e.g. `http://in-process.invalid/`; ends in a slash. Nothing is sent there. */
  url: string;
  /** Answers the requests that the client and its functions make. */
  fetch: typeof fetch;
  /** Milliseconds since 1970, by the engine's clock. */
  now: () => number;
}

/** Several triggers, or one. */
export type Triggers<TEvents extends EventRecord> = TriggerInput<TEvents> | readonly TriggerInput<TEvents>[];

/** An app's client. `TEvents` comes from `schemas`; without it every event name and any data are accepted. */
export class Inngest<TEvents extends EventRecord = AnyEvents> {
  readonly id: string;
  readonly logger: Logger;
  readonly appVersion: string | null;
  readonly #options: ClientOptions<TEvents>;
  readonly #read: ReadEnv;
  #bag: EnvBag = {};
  #engine: InProcessEngine | null = null;

  /** @throws {StepwellError} `invalid_option` or `not_supported`, naming the option. */
  constructor(options: ClientOptions<TEvents>) {
    assertClientOptions(options);
    this.id = options.id;
    this.logger = options.logger ?? console;
    this.appVersion = options.appVersion ?? null;
    this.#options = options;
    this.#read = createReadEnv(() => this.#bag);
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
   * Talks to an engine in this process from now on, in development mode. Called by embedded engines and test servers.
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
    return this.#options.eventKey ?? this.#read("INNGEST_EVENT_KEY") ?? null;
  }

  /** Null when there is none. */
  get signingKey(): string | null {
    return this.#options.signingKey ?? this.#read("INNGEST_SIGNING_KEY") ?? null;
  }

  /** Null when there is none. */
  get signingKeyFallback(): string | null {
    return this.#options.signingKeyFallback ?? this.#read("INNGEST_SIGNING_KEY_FALLBACK") ?? null;
  }

  get mode(): Mode {
    if (this.#engine !== null) return "dev";
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
    if (this.#engine !== null) return this.#engine.url;
    return apiUrlOf({ baseUrl: this.#options.baseUrl, mode: this.mode, read: this.#read });
  }

  /** Ends in a slash. */
  get eventBaseUrl(): string {
    if (this.#engine !== null) return this.#engine.url;
    return eventUrlOf({ baseUrl: this.#options.baseUrl, mode: this.mode, read: this.#read });
  }

  get fetch(): typeof fetch {
    if (this.#engine !== null) return this.#engine.fetch;
    // Not taken apart from globalThis before it is used: edge runtimes and tests replace it.
    return this.#options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** Headers of every request that the SDK makes. */
  get headers(): Record<string, string> {
    const { env, platform } = this;
    return {
      "content-type": "application/json",
      "user-agent": userAgent,
      [headerKeys.sdk]: sdkHeaderValue,
      [headerKeys.sdkHandled]: "true",
      ...(env === null ? {} : { [headerKeys.env]: env }),
      ...(platform === null ? {} : { [headerKeys.platform]: platform }),
    };
  }

  /**
   * Sends one event or many; more than one request takes are sent in several, in order.
   * @returns ids in the order of the events.
   * @throws {StepwellError} `invalid_option`, `missing_event_key` or `send_failed`.
   */
  async send(
    payload: SendableEvent<TEvents> | readonly SendableEvent<TEvents>[],
    options: SendOptions = {},
  ): Promise<{ ids: string[] }> {
    const events = (Array.isArray(payload) ? payload : [payload]) as readonly EventPayload[];
    return sendEvents({
      events,
      eventUrl: this.eventBaseUrl,
      eventKey: this.eventKey,
      mode: this.mode,
      headers: { ...this.headers, ...(options.env === undefined ? {} : { [headerKeys.env]: options.env }) },
      fetch: this.fetch,
      logger: this.logger,
      now: this.now,
      delay: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  }

  /** Makes a function: `createFunction({ id, triggers }, handler)`. Without triggers only an invocation starts it. */
  createFunction<const TTriggers extends Triggers<TEvents>>(
    options: FunctionOptions<TEvents> & { triggers?: TTriggers },
    handler: Handler<TEvents, TriggeredEvent<TEvents, TTriggers>>,
  ): InngestFunction;
  /** Makes a function: `createFunction({ id }, { event }, handler)`. */
  createFunction<const TTriggers extends Triggers<TEvents>>(
    options: FunctionOptions<TEvents>,
    triggers: TTriggers,
    handler: Handler<TEvents, TriggeredEvent<TEvents, TTriggers>>,
  ): InngestFunction;
  createFunction(...args: unknown[]): InngestFunction {
    return createFunctionRecord(args);
  }
}

/** Names of the events that a client's schemas declare. */
export type EventNameOf<TClient> = TClient extends Inngest<infer TEvents> ? EventName<TEvents> : never;

/** Whether a value is a client of this or another copy of an SDK. */
export function isInngest(value: unknown): value is Inngest {
  return typeof value === "object" && value !== null && (value as Inngest)[Symbol.toStringTag] === "Inngest.App";
}
