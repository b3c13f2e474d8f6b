/** The handler's argument with spies for step tools. The default of `transformCtx`; exported for users who change more. */
import { createSpy } from "./spy.ts";

type Tools = Record<string, unknown>;

/**
 * The same context, whose step tools remember how they were called and do what they did before.
 * @example
 * ```ts
 * import { InngestTestEngine, mockCtx } from "stepwell/testing";
 *
 * const welcome = inngest.createFunction({ id: "welcome", triggers: { event: "shop/opened" } }, () => "hello");
 * export const t = new InngestTestEngine({ function: welcome, transformCtx: (ctx) => mockCtx({ ...ctx, attempt: 3 }) });
 * ```
 */
export function mockCtx<TContext extends { step: object }>(ctx: TContext): TContext {
  return { ...ctx, step: spyOnTools("step", ctx.step as Tools) };
}

/** Tools of tools too: `step.ai.infer`. Their models are no tools. */
function spyOnTools(path: string, tools: Tools): Tools {
  const spied: Tools = {};
  for (const [name, tool] of Object.entries(tools)) {
    const at = `${path}.${name}`;
    if (typeof tool === "function") spied[name] = createSpy(at, tool as (...args: unknown[]) => unknown);
    else if (at === "step.ai") spied[name] = { ...(tool as Tools), ...spyOnTools(at, functionsOf(tool as Tools)) };
    else spied[name] = tool;
  }
  return spied;
}

function functionsOf(tools: Tools): Tools {
  return Object.fromEntries(Object.entries(tools).filter(([, tool]) => typeof tool === "function"));
}
