/** Step tools without a replay machine: what is called is kept. */
import { createStepTools, parseStepOptions, type StepCall, type StepTools, toStepCall } from "../../src/steps/index.ts";

export interface KeptTools {
  tools: StepTools;
  calls: StepCall[];
  sent: { payload: unknown; seeds: string[] }[];
}

/** Step tools whose calls are kept, and answered with `answer`. @param more what else is known of the run and its engine. */
export function setUp(answer: unknown = null, more: { resolutionMs?: number } = {}): KeptTools {
  const calls: StepCall[] = [];
  const sent: { payload: unknown; seeds: string[] }[] = [];
  const env = {
    appId: "app",
    clientId: "app",
    runId: "01M809SE9CNC8SF5BQ6Q42A2DX",
    sessions: () => ({}),
    send: async (payload: unknown, seed: (request: number) => string) => {
      sent.push({ payload, seeds: [seed(0), seed(1)] });
      return { ids: ["1"] };
    },
    sendSignal: async (payload: unknown) => {
      sent.push({ payload, seeds: [] });
      return { runId: "woken" };
    },
    ...more,
  };
  const tools = createStepTools(
    async (tool, options, input, work) => {
      calls.push(toStepCall(tool, parseStepOptions(tool.kind, options), input, work, env));
      return answer;
    },
    () => false,
  );
  return { tools, calls, sent };
}
