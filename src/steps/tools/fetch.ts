/** `step.fetch`, and the exported `fetch`: a request that the engine makes, so that no app waits for its answer. */
import { awaitSteps } from "../await-steps.ts";
import { requireStorage, runStorage } from "../current-run.ts";
import type { RegisterStep, StepTool } from "../step-call.ts";

/**
 * Works as `fetch` does, as a step: the engine makes the request, and its answer is remembered. Bodies travel as text.
 * Within a step's function, and outside a run, it is the runtime's own `fetch`.
 */
export interface StepFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** The same with another `fetch` for where there can be no step. */
  config(options: { fallback?: typeof globalThis.fetch | undefined }): StepFetch;
}

const BODILESS = [101, 204, 205, 304];

const fetchTool: StepTool = {
  kind: "fetch",
  op: "Gateway",
  toParts: ([request]) => ({ opts: { ...(request as object) } }),
};

/** @param registrar gives what takes the step; null where there can be no step. */
function createFetch(
  registrar: () => RegisterStep | null,
  fallback: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init),
): StepFetch {
  const stepFetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    return awaitSteps(ask(input, init));
  };
  const ask = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const register = registrar();
    if (register === null) return fallback(input, init);
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    // Texts are not read from the stream, since that takes time in which other steps would be found first.
    const body = typeof init?.body === "string" ? init.body : request.body ? await request.text() : undefined;
    const { url, method, headers } = request;
    const sent = { url, method, headers: Object.fromEntries(headers), ...(body === undefined ? {} : { body }) };
    const answer = await register(fetchTool, `step.fetch: ${new URL(url).hostname}`, [sent]);
    return toResponse(answer as Answer);
  };
  const config: Pick<StepFetch, "config"> = {
    config: (options) => createFetch(registrar, options.fallback),
  };
  return Object.assign(stepFetch, config);
}

interface Answer {
  status_code: number;
  headers: Record<string, string>;
  body: string;
}

function toResponse({ status_code: status, headers, body }: Answer): Response {
  return new Response(BODILESS.includes(status) ? null : body, { status, headers });
}

/**
 * `fetch` that is a step of the run it is called in, and the runtime's own outside of runs and inside steps.
 * @example
 * ```ts
 * import { fetch } from "stepwell";
 *
 * export const rates = async (): Promise<unknown> => (await fetch("https://example.com/rates")).json();
 * ```
 */
export const fetch: StepFetch = /* @__PURE__ */ createFetch(() => {
  const current = requireStorage("The exported `fetch`", "use `step.fetch`").getStore();
  return (current && (current.inside ?? null) === null && current.register) || null;
});

/** The step tool of one run. */
export function createStepFetch(register: RegisterStep, isInside: () => boolean): StepFetch {
  return createFetch(() => (isInside() || (runStorage()?.getStore()?.inside ?? null) !== null ? null : register));
}
