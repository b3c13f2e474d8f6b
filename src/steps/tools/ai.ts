/** `step.ai`: models asked by the engine, or by the app's own code. */
import { defined, isObject, isRecord, isText, rule } from "../../options/index.ts";
import type { AiModel, AiModels } from "../ai-model.ts";
import type { StepOptionsOrId, StepTool } from "../step-call.ts";
import type { StepRun } from "./run.ts";
import { toWork } from "./run.ts";

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
  takes: rule(
    "an object with `model`, such as step.ai.models.openai({ model }), and `body`, an object",
    (given) => isRecord(given) && isText((given["model"] as AiModel | null)?.format) && isObject(given["body"]),
  ),
  toParts([given]) {
    const { model, body, ...rest } = given as InferOptions;
    const copy = { ...model };
    const filled = { ...body };
    copy.onCall?.(copy, filled);
    const { url, headers, authKey: auth_key, format } = copy;
    return { opts: { ...defined({ type: "step.ai.infer", url, headers, auth_key, format }), body: filled, ...rest } };
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
