/** The exported `step` and `group`: those of the run that the calling code belongs to. */
import { StepwellError } from "../errors/index.ts";
import type { StepTools } from "./create-step-tools.ts";
import { requireStorage } from "./current-run.ts";
import type { GroupTools } from "./group.ts";

function proxyTo<T extends object>(name: "step" | "group"): T {
  return new Proxy({} as T, {
    get(_target, key) {
      const tools: object | undefined = requireStorage(
        `The exported \`${name}\``,
        `use the \`${name}\` that the handler is given`,
      ).getStore()?.execution?.ctx[name];
      if (tools) return Reflect.get(tools, key);
      throw new StepwellError(
        `The exported \`${name}\` was used outside a run: call \`${name}.${String(key)}\` in a function's handler, or in what it calls.`,
        { code: "not_supported" },
      );
    },
  });
}

/**
 * The `step` of the run that the calling code belongs to, for code that is not handed one. Throws outside of runs.
 * @example
 * ```ts
 * import { step } from "stepwell";
 *
 * export const charge = (orderId: string): Promise<string> => step.run(`charge-${orderId}`, () => "charged");
 * ```
 */
export const step: StepTools = /* @__PURE__ */ proxyTo<StepTools>("step");

/**
 * The `group` of the run that the calling code belongs to. Throws outside of runs.
 * @example
 * ```ts
 * import { group, step } from "stepwell";
 *
 * export const fastest = (): Promise<string> =>
 *   group.parallel({ mode: "race" }, () => Promise.race([step.run("a", () => "a"), step.run("b", () => "b")]));
 * ```
 */
export const group: GroupTools = /* @__PURE__ */ proxyTo<GroupTools>("group");
