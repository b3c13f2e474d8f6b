import type { SdkCall } from "../../server/src/ports/sdk-caller.ts";

/** A call to an app at `url` (without a path), with the given fields instead of the usual ones. */
export function sdkCallTo(url: string, fields: Partial<SdkCall> = {}): SdkCall {
  const body = fields.body ?? '{"a":1}';
  return {
    url: `${url}/api/inngest?fnId=app-hello&stepId=step`,
    stepId: "step",
    body,
    canonicalBody: () => body,
    runId: "RUN",
    requestId: "REQUEST",
    jobId: "JOB",
    generationId: 2,
    requestVersion: -1,
    functionId: "FN",
    appId: "APP",
    ...fields,
  };
}
