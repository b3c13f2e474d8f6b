import type { CallRequest, Operation, SerializedError } from "stepwell/protocol";
import { type Answer, noAdvice, type RetryAdvice } from "../../server/src/domain/answer.ts";
import type { SdkCall, SdkCaller, SyncOutcome } from "../../server/src/ports/sdk-caller.ts";

/** What a scripted app gets to see of a call. */
export interface ScriptedCall {
  stepId: string;
  body: CallRequest;
  raw: SdkCall;
  signal: AbortSignal;
}

export type Script = (call: ScriptedCall) => Answer | Promise<Answer>;

export function operations(list: Operation[], requestVersion = 2, retry: RetryAdvice = noAdvice): Answer {
  return { kind: "operations", operations: list, requestVersion, retry };
}

export function result(value: unknown): Answer {
  return { kind: "result", output: JSON.stringify(value), requestVersion: 2 };
}

export function failure(error: SerializedError, retry: Partial<RetryAdvice> = {}): Answer {
  return { kind: "failure", error, requestVersion: 2, retry: { ...noAdvice, ...retry } };
}

export function stepRun(id: string, data: unknown): Operation {
  return { op: "StepRun", id, displayName: id, data };
}

export function stepPlanned(id: string, opts: Record<string, unknown> = {}): Operation {
  return { op: "StepPlanned", id, displayName: id, name: id, opts };
}

/** A caller whose apps are functions: one script for each slug, found by the `fnId` of the call's url. */
export function createScriptedCaller(
  scripts: Record<string, Script>,
  sync?: (url: string, deployId: string) => SyncOutcome | Promise<SyncOutcome>,
  probe: (url: string) => Promise<boolean> = async () => false,
): SdkCaller & { calls: SdkCall[] } {
  const calls: SdkCall[] = [];
  return {
    calls,
    async call(call, signal) {
      calls.push(call);
      const slug = new URL(call.url).searchParams.get("fnId") ?? "";
      const script = scripts[slug];
      if (script === undefined) return failure({ name: "Error", message: `no script for ${slug}` });
      return script({ stepId: call.stepId, body: JSON.parse(call.body) as CallRequest, raw: call, signal });
    },
    sync: async (url, deployId) =>
      (await sync?.(url, deployId)) ?? { kind: "failed", code: "unreachable", message: `nothing at ${url}` },
    probe,
    close: async () => {},
  };
}
