/** Types that apps import by name. */
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import {
  type AiAdapter,
  type AiAdapters,
  type ClientOptionsFromInngest,
  type Context,
  EventSchemas,
  type EventSessionValue,
  type EventsFromOpts,
  type ExclusiveKeys,
  type FinishedEventPayload,
  GeminiAiAdapter,
  type GetEvents,
  type GetFunctionInput,
  type GetStepTools,
  type Handler,
  type HandlerWithTriggers,
  Inngest,
  type InngestFunction,
  type InngestFunctionReference,
  InngestMiddleware,
  isInngestMiddleware,
  type LiteralZodEventSchema,
  type MaybePromise,
  type MiddlewareOptions,
  type MiddlewareRegisterFn,
  type MiddlewareRegisterReturn,
  openai,
  referenceFunction,
  type StandardEventSchemas,
  type StandardEventSchemaToPayload,
  type StrictUnion,
  type WithoutInternal,
  type ZodEventSchemas,
  type ZonedDateTimeLike,
} from "../../src/index.ts";

type Events = { "shop/closed": { data: { reason: string } } };
const schemas = new EventSchemas().fromRecord<Events>();
const inngest = new Inngest({ id: "shop", schemas });

describe("types of events", () => {
  it("are those of the client, and of the engine when asked for", () => {
    expectTypeOf<keyof GetEvents<typeof inngest>>().toEqualTypeOf<"shop/closed">();
    type All = GetEvents<typeof inngest, true>;
    expectTypeOf<All["inngest/function.finished"]>().toEqualTypeOf<FinishedEventPayload>();
    expectTypeOf<All["inngest/function.failed"]["data"]["run_id"]>().toEqualTypeOf<string>();
    expectTypeOf<keyof WithoutInternal<All>>().toEqualTypeOf<"shop/closed">();
    expectTypeOf<EventsFromOpts<{ id: "shop"; schemas: typeof schemas }>["shop/closed"]>().toEqualTypeOf<
      Events["shop/closed"]
    >();
  });

  it("say how runs end", () => {
    expectTypeOf<FinishedEventPayload["data"]["function_id"]>().toEqualTypeOf<string>();
    expectTypeOf<NonNullable<FinishedEventPayload["data"]["error"]>["message"]>().toEqualTypeOf<string>();
  });

  it("give a handler its triggers' events", () => {
    const handler: HandlerWithTriggers<typeof inngest, [{ event: "shop/closed" }, { cron: "0 6 * * *" }]> = ({
      event,
    }) => {
      expectTypeOf(event.name).toEqualTypeOf<"shop/closed" | "inngest/scheduled.timer">();
    };
    inngest.createFunction({ id: "f" }, [{ event: "shop/closed" }, { cron: "0 6 * * *" }], handler);
    const named: HandlerWithTriggers<typeof inngest, "shop/closed"> = ({ event }) => event.data.reason;
    inngest.createFunction({ id: "g" }, { event: "shop/closed" }, named);
    // @ts-expect-error a handler of another event
    inngest.createFunction({ id: "h" }, { cron: "0 6 * * *" }, named);
  });

  it("name what schemas are declared with", () => {
    const record = { "shop/opened": z.object({ by: z.string() }) } satisfies StandardEventSchemas;
    expectTypeOf<StandardEventSchemaToPayload<typeof record>>().toEqualTypeOf<{
      "shop/opened": { data: { by: string } };
    }>();
    const zods: ZodEventSchemas = { "shop/opened": { data: z.object({}) } };
    const literal: LiteralZodEventSchema = z.object({ name: z.literal("shop/opened"), data: z.object({}) });
    new EventSchemas().fromSchema(record).fromZod(zods).fromZod([literal]);
    expectTypeOf<EventSessionValue>().toEqualTypeOf<string | number | null>();
  });
});

describe("types of middleware", () => {
  it("build v3 middleware from its parts", () => {
    const hooks: MiddlewareRegisterReturn = { onSendEvent: () => ({}) };
    const init: MiddlewareRegisterFn = () => hooks;
    const options: MiddlewareOptions = { name: "mine", init };
    const value: unknown = new InngestMiddleware(options);
    if (isInngestMiddleware(value)) expectTypeOf(value.name).toEqualTypeOf<string>();
    expectTypeOf<MaybePromise<string>>().toEqualTypeOf<string | Promise<string>>();
  });
});

describe("types of options", () => {
  it("keep shapes apart", () => {
    type Trigger = StrictUnion<{ event: string } | { cron: string }>;
    expectTypeOf<{ event: "e" }>().toExtend<Trigger>();
    expectTypeOf<{ event: "e"; cron: "c" }>().not.toExtend<Trigger>();
    type Match = ExclusiveKeys<{ match?: string; if?: string }, "match", "if">;
    expectTypeOf<{ match: "data.id" }>().toExtend<Match>();
    expectTypeOf<{ match: "data.id"; if: "true" }>().not.toExtend<Match>();
  });

  it("know models, moments and Gemini's words", () => {
    const model: AiAdapter = openai({ model: "gpt-4o" });
    expectTypeOf(model).toExtend<AiAdapters["openai-chat"]>();
    expectTypeOf<{ epochMilliseconds: number; timeZoneId: string }>().toExtend<ZonedDateTimeLike>();
    const category: GeminiAiAdapter.HarmCategory = GeminiAiAdapter.HarmCategory.HARM_CATEGORY_HARASSMENT;
    expectTypeOf(category).toExtend<GeminiAiAdapter.HarmCategory>();
    // @ts-expect-error no such threshold
    const threshold: GeminiAiAdapter.HarmBlockThreshold = "NEVER";
    void threshold;
  });
});

describe("types that are reached through a name", () => {
  it("stand for any client, function, reference, middleware, handler or context", () => {
    const hello = inngest.createFunction({ id: "hello", triggers: { event: "shop/closed" } }, () => "hello");
    expectTypeOf(inngest).toExtend<Inngest.Any>();
    expectTypeOf(inngest).toExtend<Inngest.Like>();
    expectTypeOf(hello).toExtend<InngestFunction.Any>();
    expectTypeOf(hello).toExtend<InngestFunction.Like>();
    const reference = referenceFunction<typeof hello>({ functionId: "hello" });
    expectTypeOf(reference).toExtend<InngestFunctionReference.Any>();
    expectTypeOf(reference).toExtend<InngestFunctionReference.Like>();
    const middleware = new InngestMiddleware({ name: "m", init: () => ({}) });
    expectTypeOf(middleware).toExtend<InngestMiddleware.Any>();
    expectTypeOf(middleware).toExtend<InngestMiddleware.Like>();
    expectTypeOf<GetFunctionInput<typeof inngest>>().toExtend<Context.Any>();
    expectTypeOf<Context.Any["step"]["run"]>().toBeFunction();
    const handler: Handler.Any = ({ event, step }) => step.run("name", () => event.name as string);
    expectTypeOf(handler).toExtend<Handler.Any>();
    expectTypeOf<GetStepTools<Inngest.Any>["run"]>().toBeFunction();
    expectTypeOf<ClientOptionsFromInngest<typeof inngest>["id"]>().toEqualTypeOf<string>();
  });
});
