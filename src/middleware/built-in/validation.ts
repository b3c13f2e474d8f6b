/** `validationMiddleware`: checks events against the schemas of the client's `EventSchemas`. Made by users. */
import { EventValidationError } from "../../errors/index.ts";
import { type AnySchema, type EventSchemas, failStep, validateData } from "../../events/index.ts";
import { anything, assertOptions, flag, shape } from "../../options/index.ts";
import { isInternalEventName } from "../../protocol/event.ts";
import { BaseMiddleware } from "../base-middleware.ts";
import type { MiddlewareClass } from "../context-additions.ts";
import type { TransformSendEventArgs, WrapFunctionHandlerArgs, WrapStepArgs } from "../hook-args.ts";
import type { MiddlewareClient } from "../open-pipeline.ts";
import { plainDataOf } from "./plain-data.ts";

/** What {@link validationMiddleware} takes. */
export interface ValidationOptions {
  /** Default: the client's `schemas`. */
  schemas?: EventSchemas;
  /** Refuses events that have no schema. The engine's own events are let through. Default: false. */
  disallowUnknownEvents?: boolean;
}

/**
 * Checks events against the schemas of `EventSchemas`: those that are sent, those that start a run, and those that
 * `step.waitForEvent` gives. One that does not fit is not sent, or fails its run or step without a retry, with the schema's
 * own messages. It may stand before or after encryptionMiddleware in the list.
 * @throws {StepwellError} `invalid_option`, naming the option and what is allowed.
 * @example
 * ```ts
 * import { EventSchemas, Inngest, validationMiddleware } from "stepwell";
 * import { z } from "zod";
 *
 * const schemas = new EventSchemas().fromSchema({ "shop/order.created": z.object({ orderId: z.string() }) });
 * export const client = new Inngest({ id: "shop", schemas, middleware: [validationMiddleware()] });
 * ```
 */
export function validationMiddleware(options: ValidationOptions = {}): MiddlewareClass {
  assertOptions("validationMiddleware()", shape({ schemas: anything, disallowUnknownEvents: flag }), options);
  const { schemas, disallowUnknownEvents = false } = options;

  return class ValidationMiddleware extends BaseMiddleware {
    readonly id = "stepwell:validation";
    readonly #schemas: ReadonlyMap<string, AnySchema>;

    constructor(args: { client: MiddlewareClient }) {
      super(args);
      const declared = schemas ?? (args.client as { schemas?: EventSchemas | null }).schemas;
      this.#schemas = declared?.schemas ?? new Map();
    }

    // Not in transformFunctionInput: other middleware may still have to decrypt the events there.
    override async wrapFunctionHandler({ ctx, next }: WrapFunctionHandlerArgs): Promise<unknown> {
      await this.#check(ctx.events);
      return next();
    }

    override async wrapStep({ next, stepInfo }: WrapStepArgs): Promise<unknown> {
      const event = await next();
      if (stepInfo.stepType !== "waitForEvent" || !event) return event;
      await this.#check([event as { name: string }]).catch((error) => failStep(stepInfo.options, error));
      return event;
    }

    override async transformSendEvent(args: TransformSendEventArgs): Promise<TransformSendEventArgs> {
      await this.#check(args.events);
      return args;
    }

    async #check(events: readonly { name: string; data?: unknown }[]): Promise<void> {
      for (const event of events) {
        const schema = this.#schemas.get(event.name);
        if (schema !== undefined) await validateData([schema], { ...event, data: plainDataOf(event.data) });
        else if (disallowUnknownEvents && !isInternalEventName(event.name)) {
          throw new EventValidationError(`Event "${event.name}" has no schema: declare it in EventSchemas.`);
        }
      }
    }
  };
}
