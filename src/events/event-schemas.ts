/** Declares a client's events, as version 3 of the reference SDK does. Made by users, passed to the client. */
import { StepwellError } from "../errors/index.ts";
import type { EventRecord } from "./event-record.ts";
import { type AnySchema, isSchema, type SchemaOutput, type ZodLike } from "./standard-schema.ts";

/** Events as a union: `{ name: "a"; data: … } | { name: "b"; data: … }`. */
type FromUnion<TUnion extends { name: string; data?: unknown }> = {
  [TEvent in TUnion as TEvent["name"]]: TEvent;
};

/** zod objects by name, of the whole event: `{ "shop/closed": { data: z.object({ … }) } }`. */
export type ZodEventRecord = Record<string, { data?: ZodLike }>;

/** A zod object of a whole event, its name a literal. */
export interface ZodEvent {
  readonly _output: { name: string; data?: unknown };
  readonly shape: { readonly name: unknown; readonly data?: unknown };
}

type FromZodRecord<TRecord> = {
  [TName in keyof TRecord]: { data: TRecord[TName] extends { data: infer TSchema } ? SchemaOutput<TSchema> : unknown };
};

/** Schemas of data by event name, as `fromSchema` takes them. */
export type SchemaRecord = Record<string, AnySchema>;

/** The events that a {@link SchemaRecord} declares. */
export type FromSchemaRecord<TRecord> = { [TName in keyof TRecord]: { data: SchemaOutput<TRecord[TName]> } };

/**
 * Declares the events of a client, by types or by schemas. Calls add up. Schemas are kept, so that middleware can check
 * events with them; by themselves they check nothing.
 * @example
 * ```ts
 * import { EventSchemas, Inngest } from "stepwell";
 *
 * const schemas = new EventSchemas().fromRecord<{ "shop/order.created": { data: { orderId: string } } }>();
 * const inngest = new Inngest({ id: "shop", schemas });
 * ```
 */
export class EventSchemas<TEvents extends EventRecord = Record<never, never>> {
  /** Holds the type and nothing else. */
  declare readonly events: TEvents;

  /** Schemas of data by event name; of events that were declared by type only there is none. */
  readonly schemas: ReadonlyMap<string, AnySchema>;

  constructor(schemas: ReadonlyMap<string, AnySchema> = new Map()) {
    this.schemas = schemas;
  }

  /** The same for libraries that look for them where the published version 3 keeps them. */
  get runtimeSchemas(): Record<string, { data: AnySchema }> {
    return Object.fromEntries([...this.schemas].map(([name, data]) => [name, { data }]));
  }

  /** Adds event types by name: `fromRecord<{ "shop/closed": { data: { reason: string } } }>()`. */
  fromRecord<TRecord extends EventRecord>(): EventSchemas<TEvents & TRecord> {
    return this.#with([]);
  }

  /** Adds event types that a tool wrote; the same as {@link fromRecord}. */
  fromGenerated<TRecord extends EventRecord>(): EventSchemas<TEvents & TRecord> {
    return this.#with([]);
  }

  /** Adds event types from a union: `fromUnion<{ name: "shop/closed"; data: { reason: string } } | Other>()`. */
  fromUnion<TUnion extends { name: string; data?: unknown }>(): EventSchemas<TEvents & FromUnion<TUnion>> {
    return this.#with([]);
  }

  /**
   * Adds zod schemas (version 3 or 4): a record of `{ data: z.object() }` by name, or an array of objects whose `name` is a literal.
   * @throws {StepwellError} `invalid_option`, naming the event whose schema is none.
   */
  fromZod<const TList extends readonly ZodEvent[]>(
    list: TList,
  ): EventSchemas<TEvents & FromUnion<TList[number]["_output"]>>;
  fromZod<TRecord extends ZodEventRecord>(record: TRecord): EventSchemas<TEvents & FromZodRecord<TRecord>>;
  fromZod(given: readonly ZodEvent[] | ZodEventRecord): EventSchemas {
    return this.#with(
      Array.isArray(given)
        ? given.map(({ shape }: ZodEvent) => [literalOf(shape.name), shape.data] as const)
        : Object.entries(given as ZodEventRecord).map(([name, { data }]) => [name, data] as const),
    );
  }

  /**
   * Adds schemas of data by event name, of any library that follows Standard Schema.
   * @throws {StepwellError} `invalid_option`, naming the event whose schema is none.
   */
  fromSchema<TRecord extends SchemaRecord>(record: TRecord): EventSchemas<TEvents & FromSchemaRecord<TRecord>> {
    return this.#with(Object.entries(record));
  }

  #with<TAll extends EventRecord>(added: readonly (readonly [string, unknown])[]): EventSchemas<TAll> {
    const schemas = new Map(this.schemas);
    for (const [name, schema] of added) {
      if (schema === undefined) continue;
      if (!isSchema(schema)) {
        throw new StepwellError(
          `EventSchemas: the schema of event "${name}" is no schema; expected one of zod or of a library that follows Standard Schema.`,
          { code: "invalid_option" },
        );
      }
      schemas.set(name, schema);
    }
    return new EventSchemas<TAll>(schemas);
  }
}

/** The text of a zod literal: `value` in both versions. */
function literalOf(schema: unknown): string {
  const { value } = (schema ?? {}) as { value?: unknown };
  if (typeof value === "string") return value;
  throw new StepwellError('EventSchemas: fromZod([…]) needs objects with `name: z.literal("event/name")`.', {
    code: "invalid_option",
  });
}
