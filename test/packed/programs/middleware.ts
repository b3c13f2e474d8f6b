/** Middleware of apps, with the names that its hooks' arguments have. */
import { Inngest, Middleware } from "stepwell";
import { openTelemetryMiddleware } from "stepwell/opentelemetry";
import { sentryMiddleware } from "stepwell/sentry";

export class Timing extends Middleware.BaseMiddleware {
  readonly id = "timing";

  override async wrapStepHandler({ next, stepInfo }: Middleware.WrapStepHandlerArgs): Promise<unknown> {
    const startMs = Date.now();
    try {
      return await next();
    } finally {
      console.info(`${stepInfo.options.id} took ${Date.now() - startMs} ms`);
    }
  }

  override onStepError({ error, isFinalAttempt }: Middleware.OnStepErrorArgs): void {
    console.error(error.message, error.stack, isFinalAttempt);
  }

  override onRunError({ error }: Middleware.OnRunErrorArgs): void {
    console.error(error.name);
  }
}

/** Every name that a hook's argument has. */
export interface HookArguments {
  register: Middleware.OnRegisterArgs;
  memoized: Middleware.OnMemoizationEndArgs;
  runStart: Middleware.OnRunStartArgs;
  runComplete: Middleware.OnRunCompleteArgs;
  stepStart: Middleware.OnStepStartArgs;
  stepComplete: Middleware.OnStepCompleteArgs;
  functionInput: Middleware.TransformFunctionInputArgs;
  sentEvent: Middleware.TransformSendEventArgs;
  stepInput: Middleware.TransformStepInputArgs;
  functionHandler: Middleware.WrapFunctionHandlerArgs;
  request: Middleware.WrapRequestArgs;
  sending: Middleware.WrapSendEventArgs;
  step: Middleware.WrapStepArgs;
  info: Middleware.StepInfo;
}

export const classes: Middleware.Class[] = [Timing];
export const timed = new Inngest({ id: "timed", middleware: [Timing] });
export const observed = new Inngest({ id: "observed", middleware: [openTelemetryMiddleware(), sentryMiddleware()] });
export const ofFunction = timed.createFunction(
  { id: "own", middleware: [Timing], triggers: { event: "a" } },
  ({ event }) => event,
);
