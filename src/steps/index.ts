/** Step tools: one file each. */
export type { StepTools } from "./create-step-tools.ts";
export { createStepTools } from "./create-step-tools.ts";
export { emittedOpcodes } from "./emitted-opcodes.ts";
export type { Invocable, InvocationData, InvocationOutput } from "./invocable.ts";
export type { Jsonify } from "./jsonify.ts";
export type { SendEvents } from "./send-event.ts";
export type { StepCall, StepOptions, StepOptionsOrId } from "./step-call.ts";
export { hashStepId, repeatedId, StepIdCounter } from "./step-id.ts";
