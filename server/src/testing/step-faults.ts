/**
 * Makes steps fail on purpose: `t.failStep`. A middleware behind all others throws instead of running the step's function.
 * Made by create-test-server. Of the engine's files, only this one and embedded-apps meet the SDK, which both load when needed.
 */
import { EngineError } from "../domain/error.ts";
import type { EmbeddedApp } from "../main.ts";

/** A step to fail, and how often still. */
export interface StepFault {
  step: string;
  /** `<app>-<function>`; null: any function. */
  slug: string | null;
  /** Failures to come; `Infinity`: all. */
  left: number;
  error: unknown;
}

/** As middleware of the SDK sees a step. */
interface StepHook {
  stepInfo: { memoized: boolean; stepType: string; options: { id: string } };
  fn: { id(prefix: string): string; client: { id: string } };
  next: () => Promise<unknown>;
}

type MiddlewareClass = abstract new (args: never) => object;
interface ServedFunction {
  middleware?: readonly unknown[];
}

/** The kinds of step whose function the app runs. */
const runByApps: ReadonlySet<string> = new Set(["run", "sendEvent", "sendSignal", "ai.wrap"]);

export interface StepFaults {
  add(fault: StepFault): void;
  /** The same app, whose functions fail where they are told to. */
  instrument(app: EmbeddedApp): EmbeddedApp;
}

/** @throws EngineError `invalid_config` when `stepwell` is not installed. */
export async function createStepFaults(): Promise<StepFaults> {
  const faults: StepFault[] = [];
  const middleware = toMiddleware(await loadBase(), faults);
  return {
    add: (fault) => void faults.push(fault),
    instrument: (app) => ({
      ...app,
      functions: app.functions.map((fn) => {
        const own = (fn as ServedFunction).middleware ?? [];
        // A copy that keeps its brand; without faults it is served exactly as it is.
        return Object.defineProperty({ ...fn }, "middleware", {
          get: () => (faults.length === 0 ? own : [...own, middleware]),
        });
      }),
    }),
  };
}

async function loadBase(): Promise<MiddlewareClass> {
  try {
    const sdk = (await import("stepwell")) as unknown as { Middleware: { BaseMiddleware: MiddlewareClass } };
    return sdk.Middleware.BaseMiddleware;
  } catch (error) {
    throw notInstalled(error);
  }
}

function notInstalled(cause: unknown): EngineError {
  const message = "The package `stepwell` is not installed, and a test server needs it: `npm install stepwell`.";
  return new EngineError("invalid_config", message, { cause });
}

function toMiddleware(Base: MiddlewareClass, faults: readonly StepFault[]): unknown {
  const find = ({ stepInfo, fn }: StepHook): StepFault | undefined =>
    faults.find(
      ({ step, slug, left }) =>
        left > 0 && step === stepInfo.options.id && (slug === null || slug === fn.id(fn.client.id)),
    );
  return class extends Base {
    readonly id = "stepwell-server/testing";

    async transformStepInput<T extends Pick<StepHook, "fn"> & { stepInfo: object; stepOptions: { id: string } }>(
      args: T,
    ): Promise<T> {
      const { stepType } = args.stepInfo as StepHook["stepInfo"];
      const stepInfo = { memoized: false, stepType, options: args.stepOptions };
      const fault = find({ stepInfo, fn: args.fn, next: async () => undefined });
      if (fault !== undefined && !runByApps.has(stepType)) {
        throw new EngineError(
          "invalid_config",
          `failStep("${fault.step}"): this is a step.${stepType}, which the engine carries out. Only step.run, step.sendEvent, step.sendSignal and step.ai.wrap can be made to fail.`,
        );
      }
      return args;
    }

    async wrapStepHandler(hook: StepHook): Promise<unknown> {
      const fault = find(hook);
      if (fault === undefined) return hook.next();
      fault.left -= 1;
      throw fault.error;
    }
  };
}
