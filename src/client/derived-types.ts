/** Types that apps derive from their client and functions. Types only. */
import type { AnyEvents, EventData, EventName, EventRecord, EventSchemas, SendableEvent } from "../events/index.ts";
import type { Context, FailureContext, InngestFunction, TriggeredEvent } from "../function/index.ts";
import type { AnyMiddleware, ContextAdditions } from "../middleware/index.ts";
import type { ReceivedEvent } from "../protocol/event.ts";
import type { InvocationOutput, Jsonify } from "../steps/index.ts";
import type { Inngest } from "./client.ts";
import type { ClientOptions } from "./client-options.ts";
import type { EngineEvents } from "./engine-events.ts";

/** A client with event types and middleware of any kind. */
export type AnyInngest = Inngest.Any;

/** A client's event record. */
type EventsOf<TClient> = TClient extends Inngest<infer TEvents, infer _> ? TEvents : EventRecord;

type AddedBy<TClient> =
  TClient extends Inngest<infer _, infer TMiddleware extends readonly AnyMiddleware[]>
    ? ContextAdditions<TMiddleware>
    : unknown;

/** An event's name, or a trigger. */
type TriggerOf<TTrigger> = TTrigger extends string ? { event: TTrigger } : TTrigger;

/**
 * Names of the events that a client's schemas declare.
 * @example
 * type Names = EventNameOf<typeof inngest>;
 */
export type EventNameOf<TClient> = EventName<EventsOf<TClient>>;

/**
 * The events that a client's schemas declare, by name, as handlers receive them; with `true` those of the engine, too.
 * @example
 * type OrderCreated = GetEvents<typeof inngest>["shop/order.created"];
 * type Failed = GetEvents<typeof inngest, true>["inngest/function.failed"];
 */
export type GetEvents<TClient extends AnyInngest, TWithInternal extends boolean = false> = {
  [TName in EventNameOf<TClient>]: ReceivedEvent<TName, EventData<EventsOf<TClient>, TName>>;
} & (TWithInternal extends true ? EngineEvents : unknown);

/**
 * The argument of a client's handlers for a trigger or an event's name.
 * @example
 * type Input = GetFunctionInput<typeof inngest, "shop/order.created">;
 */
export type GetFunctionInput<TClient extends AnyInngest, TTrigger = EventNameOf<TClient>> = Context<
  EventsOf<TClient>,
  TriggeredEvent<EventsOf<TClient>, TriggerOf<TTrigger>>
> &
  AddedBy<TClient>;

/**
 * A handler of a client's functions, for a trigger, several, or an event's name.
 * @example
 * const greet: HandlerWithTriggers<typeof inngest, { event: "shop/order.created" }> = ({ event }) => event.name;
 */
export type HandlerWithTriggers<TClient extends AnyInngest, TTriggers = EventNameOf<TClient>> = (
  context: GetFunctionInput<TClient, TTriggers>,
) => unknown;

/**
 * The step tools of a client's handlers.
 * @example
 * type Steps = GetStepTools<typeof inngest>;
 */
export type GetStepTools<TClient extends AnyInngest, TTrigger = EventNameOf<TClient>> = GetFunctionInput<
  TClient,
  TTrigger
>["step"];

/**
 * What a function gives to who invokes it: its output as JSON leaves it.
 * @example
 * const hello = inngest.createFunction({ id: "hello" }, () => ({ at: new Date() }));
 * const output: GetFunctionOutput<typeof hello> = { at: "2030-01-01T00:00:00.000Z" };
 */
export type GetFunctionOutput<TFunction> = "~result" extends keyof TFunction
  ? InvocationOutput<TFunction>
  : Jsonify<GetFunctionOutputRaw<TFunction>>;

/** What a function returns, before it becomes JSON. */
export type GetFunctionOutputRaw<TFunction> =
  TFunction extends InngestFunction<infer _, infer TOutput> ? TOutput : unknown;

/** The name of the event that a trigger stands for. */
export type EventNameFromTrigger<TEvents extends EventRecord, TTrigger> = TriggeredEvent<TEvents, TTrigger>["name"];

/** The options that a client was made with. */
export type ClientOptionsFromInngest<TClient> =
  TClient extends Inngest<infer TEvents, infer TMiddleware extends readonly AnyMiddleware[]>
    ? ClientOptions<TEvents, TMiddleware>
    : never;

/**
 * The events that a client's options declare.
 * @example
 * const schemas = new EventSchemas().fromRecord<{ "shop/closed": { data: { reason: string } } }>();
 * type Events = EventsFromOpts<{ id: "shop"; schemas: typeof schemas }>;
 */
export type EventsFromOpts<TOptions> = TOptions extends { schemas: EventSchemas<infer TEvents> } ? TEvents : AnyEvents;

/** What a client's `send` takes. */
export type SendEventPayload<TEvents extends EventRecord> = SendableEvent<TEvents> | readonly SendableEvent<TEvents>[];

/** What `send` and `step.sendEvent` give. */
export interface SendEventBaseOutput {
  /** In the order of the events. */
  ids: string[];
}

/** What `sendSignal` gives. */
export interface SendSignalResponse {
  /** The run that was woken; absent when none waits for the signal. */
  runId?: string;
}

/** What an `onFailure` handler gets beside what every handler gets. */
export type FailureEventArgs = Pick<FailureContext, "event" | "error">;

/** What every handler gets, without what middleware adds. */
export type BaseContext<TClient extends AnyInngest> = Context<EventsOf<TClient>>;
