/** `step.ai`: models asked by the engine, or by the app's own code. */
import type { AiModel, AiModels } from "./ai-model.ts";
import type { StepRun } from "./run.ts";
import { toWork } from "./run.ts";
import { objectOf, type StepOptionsOrId, type StepTool, stepError } from "./step-call.ts";

/** What `step.ai.infer` takes: more than the two goes to the engine as it is. */
export interface InferOptions {
  /** Made by one of `step.ai.models`. */
  model: AiModel;
  /** The request's body, as the provider's API wants it. */
  body: Record<string, unknown>;
}

export interface StepAi {
  /** Asks a model. The engine makes the request, so that no app waits for the answer; gives the provider's JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each provider answers in its own shape
  infer: <TAnswer = any>(idOrOptions: StepOptionsOrId, options: InferOptions) => Promise<TAnswer>;
  /** Like `step.run`, for a call of a model: `step.ai.wrap("ask", generateText, { model, prompt })`. */
  wrap: StepRun;
  models: AiModels;
}

export const infer: StepTool = {
  kind: "ai.infer",
  op: "AIGateway",
  toParts([given], id) {
    const { model, body, ...rest } = objectOf("ai.infer", id, given, "`{ model, body }`");
    const copy = { ...(model as AiModel) };
    if (typeof copy.format !== "string" || typeof body !== "object" || body === null)
      throw stepError("ai.infer", "needs `model`, such as step.ai.models.openai({ model }), and `body`, an object", id);
    const filled = { ...body };
    copy.onCall?.(copy, filled);
    const { url, headers, authKey, format } = copy;
    const opts = { type: "step.ai.infer", url, ...(headers ? { headers } : {}), auth_key: authKey, format };
    return { opts: { ...opts, body: filled, ...rest } };
  },
};

export const wrap: StepTool = {
  kind: "ai.wrap",
  op: "StepPlanned",
  toParts(input, id, _env, work) {
    const parts = toWork("ai.wrap", input, id, work);
    parts.opts["type"] = "step.ai.wrap";
    return parts;
  },
};
