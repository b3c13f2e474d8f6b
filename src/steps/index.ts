/** Step tools, each in a file of tools/. */
import * as GeminiAiAdapter from "./gemini-safety.ts";

export type { Jsonify } from "../protocol/jsonify.ts";
export type { AiAdapters, AiModel, AnthropicOptions, AzureOpenAiOptions, ModelOptions } from "./ai-model.ts";
export { anthropic, azureOpenai, deepseek, gemini, grok, models, openai, openaiResponses } from "./ai-model.ts";
export { noteFailure } from "./await-steps.ts";
export type { StepTools } from "./create-step-tools.ts";
export { createStepTools } from "./create-step-tools.ts";
export type { AsyncExecution, CurrentRun, ExecutingStep } from "./current-run.ts";
export { requireStorage, runStorage } from "./current-run.ts";
export type { EmittedOpcode } from "./emitted-opcodes.ts";
export { emittedOpcodes } from "./emitted-opcodes.ts";
export { group, step } from "./global-step.ts";
export type { GroupTools, ParallelOptions } from "./group.ts";
export { createGroup } from "./group.ts";
export { seenInput, withInput } from "./hooked-input.ts";
export type { Invocable, InvocationOutput } from "./invocable.ts";
export type {
  RegisterStep,
  SignalPayload,
  StepCall,
  StepEnv,
  StepOptions,
  StepOptionsOrId,
} from "./step-call.ts";
export { attemptsOf, parseStepOptions, toStepCall, unknownOptions } from "./step-call.ts";
export { hashStepId, knownStepIds, repeatedId, StepIdCounter } from "./step-id.ts";
export type { InferOptions } from "./tools/ai.ts";
export type { StepFetch } from "./tools/fetch.ts";
export { fetch } from "./tools/fetch.ts";
export type { InvokeOptions } from "./tools/invoke.ts";
export type { WaitForEventOptions } from "./tools/wait-for-event.ts";
export type { WaitForSignalOptions } from "./tools/wait-for-signal.ts";
export { GeminiAiAdapter };
