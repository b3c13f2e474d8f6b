/** Declares one event, as version 4 of the reference SDK does. Made by users; read by triggers, `send` and `waitForEvent`. */
import { StepwellError } from "../errors/index.ts";
import { type EventMeta, type EventPayload, internalEvents } from "../protocol/event.ts";
import { type AnySchema, isSchema, type StandardSchemaV1 } from "./standard-schema.ts";
import { type AcceptedEvent, failStep, validateData, validateIncoming } from "./validate-event.ts";

/** What may be said of an event beside its data. */
export interface EventDetails {
  /** Deduplicates: a second event with this id starts no second run of a function within 24 hours. */
  id?: string;
  /** Milliseconds since 1970. Default: when it is sent. */
  ts?: number;
  /** Version of the payload's shape. Default: the event type's. */
  v?: string;
  meta?: EventMeta;
}

/** Checks the events that start a run: {@link validateIncoming}. */
export type CheckEvents = (
  accepted: readonly AcceptedEvent[],
  events: readonly { name: string; data?: unknown }[],
) => void | Promise<void>;

/** An event made by {@link EventType.create}; it knows how to check itself. */
export interface CreatedEvent<TName extends string = string, TData = unknown> extends EventPayload<TName, TData> {
  data: TData;
  /** @throws {EventValidationError} as a rejection, when the data does not fit the schema. */
  validate(): Promise<void>;
}

/**
 * An event's name, the shape of its data and its version. Made by {@link eventType} and {@link invoke}; usable as a trigger,
 * in `step.waitForEvent` and in `cancelOn`.
 * @example
 * ```ts
 * import { EventType } from "stepwell";
 *
 * const closed = new EventType<"shop/closed", { reason: string }>("shop/closed");
 * console.log(closed.create({ reason: "holiday" }).name);
 * ```
 */
export class EventType<TName extends string = string, TData = unknown> {
  /** The event's name, so that an event type can stand where `{ event }` is expected. */
  readonly event: TName;
  readonly name: TName;
  /** Null when the event's data is not checked. */
  readonly schema: AnySchema | null;
  /** Null when there is none. */
  readonly version: string | null;
  /** Holds the type of the data and nothing else. */
  declare readonly "~data": TData;

  /** Checks a run's events; brought along, so that only apps with event types bundle it. */
  get "~check"(): CheckEvents {
    return validateIncoming;
  }

  /**
   * Checks an event that `step.waitForEvent` gives and passes it on, null too.
   * @throws {StepError} named EventValidationError, as a rejection, when the event does not fit.
   */
  async "~fit"(waited: Promise<unknown>, step: string | { id: string }): Promise<unknown> {
    const { name, schema } = this;
    const event = await waited;
    // A test may give an event without a name.
    const check = async (): Promise<void> => validateIncoming([{ name, schema }], [{ name, ...(event as object) }]);
    if (event !== null && schema !== null) await check().catch((error) => failStep(step, error));
    return event;
  }

  /** @throws {StepwellError} `invalid_option`, when the name is empty or the schema is none. */
  constructor(name: TName, options: { schema?: AnySchema; version?: string } = {}) {
    const { schema, version } = options;
    if (typeof name !== "string" || name === "") throw invalid(`a name is needed, but got ${JSON.stringify(name)}`);
    if (schema !== undefined && !isSchema(schema)) {
      throw invalid(`\`schema\` of "${name}" is no schema; expected one of a library that follows Standard Schema`);
    }
    this.event = name;
    this.name = name;
    this.schema = schema ?? null;
    this.version = version ?? null;
  }

  /** Makes an event to send. Its data is checked when it is sent. */
  create(
    ...[data, details = {}]: unknown extends TData
      ? [data?: TData, details?: EventDetails]
      : Record<never, never> extends TData
        ? [data?: TData, details?: EventDetails]
        : [data: TData, details?: EventDetails]
  ): CreatedEvent<TName, TData> {
    const { id, ts, v = this.version ?? undefined, meta } = details;
    const event = {
      name: this.name,
      data: (data ?? {}) as TData,
      ...(id === undefined ? {} : { id }),
      ...(ts === undefined ? {} : { ts }),
      ...(v === undefined ? {} : { v }),
      ...(meta === undefined ? {} : { meta }),
    };
    const validate = async (): Promise<void> => {
      if (this.schema !== null) await validateData([this.schema], event);
    };
    return { ...event, validate };
  }
}

/**
 * Declares an event. Its data is checked when it is sent and before a handler sees it, if a schema is given.
 * @param options.schema of any library that follows Standard Schema; it must not transform.
 * @throws {StepwellError} `invalid_option`, when the name is empty or the schema is none.
 * @example
 * ```ts
 * import { eventType, Inngest } from "stepwell";
 * import { z } from "zod";
 *
 * const inngest = new Inngest({ id: "shop" });
 * const orderCreated = eventType("shop/order.created", { schema: z.object({ orderId: z.string() }) });
 * export const welcome = inngest.createFunction({ id: "welcome", triggers: [orderCreated] }, ({ event }) => event.data.orderId);
 * await inngest.send(orderCreated.create({ orderId: "o-1" }));
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: without a schema, data is whatever the user says it is
export function eventType<TName extends string, TData = any>(
  name: TName,
  options?: { schema?: StandardSchemaV1<TData>; version?: string },
): EventType<TName, TData> {
  return new EventType(name, options as { schema?: AnySchema; version?: string });
}

/**
 * Declares the data that a function takes when `step.invoke` calls it. A trigger.
 * @throws {StepwellError} `invalid_option`, when the schema is none.
 * @example
 * ```ts
 * import { Inngest, invoke } from "stepwell";
 * import { z } from "zod";
 *
 * const inngest = new Inngest({ id: "shop" });
 * export const square = inngest.createFunction(
 *   { id: "square", triggers: [invoke(z.object({ n: z.number() }))] },
 *   ({ event }) => event.data.n ** 2,
 * );
 * ```
 */
export function invoke<TData>(schema: StandardSchemaV1<TData>): EventType<"inngest/function.invoked", TData> {
  return new EventType(internalEvents.functionInvoked, { schema });
}

/** Whether a value is an event type of this or another copy of the package. */
export function isEventType(value: unknown): value is EventType {
  const { name, event, create } = (value ?? {}) as Partial<EventType>;
  return typeof create === "function" && typeof name === "string" && name === event;
}

function invalid(problem: string): StepwellError {
  return new StepwellError(`eventType(): ${problem}.`, { code: "invalid_option" });
}
