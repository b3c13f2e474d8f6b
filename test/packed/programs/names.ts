/** Types that apps write themselves, by the names of the package. */
import type {
  BaseContext,
  ClientOptions,
  ClientOptionsFromInngest,
  Context,
  EventPayload,
  FailureEventArgs,
  FailureEventPayload,
  GetEvents,
  GetFunctionInput,
  GetFunctionOutput,
  GetStepTools,
  Handler,
  Inngest,
  InngestFunction,
  InngestFunctionReference,
  InngestMiddleware,
  Jsonify,
  Logger,
} from "stepwell";
import type { inngest, order, typed } from "./clients.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

export interface App {
  client: Inngest.Any;
  like: Inngest.Like;
  functions: InngestFunction.Any[];
  references: InngestFunctionReference.Any[];
  middleware: InngestMiddleware.Any[];
  handler: Handler.Any;
  logger: Logger;
}

export function withTools(step: GetStepTools<Inngest.Any>, context: Context.Any): Promise<unknown> {
  return step.run(context.runId, () => context.event.name);
}

export type Options = ClientOptions | ClientOptionsFromInngest<typeof typed>;
export type Closed = GetEvents<typeof typed>["shop/closed"];
export type Input = GetFunctionInput<typeof typed, "shop/closed">;
export type Output = GetFunctionOutput<typeof order>;
export type Base = BaseContext<typeof inngest>;
export type Failure = FailureEventArgs["error"] | FailureEventPayload;
export type Payload = EventPayload;

type Json = string | number | boolean | null | { [key: string]: Json } | Json[];
export const recursive = (value: Jsonify<Json>): Json => value;
same<Closed["data"], { reason: string }>(true);
same<Output["at"], string>(true);
same<Jsonify<RegExpMatchArray>, string[]>(true);
same<Input["sessions"], Record<string, string> | undefined>(true);
