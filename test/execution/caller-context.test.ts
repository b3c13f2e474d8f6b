/** What user code keeps in AsyncLocalStorage is, inside a step, what it was where the step was called. */
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import type { Handler } from "../../src/function/index.ts";
import type { Operation } from "../../src/protocol/index.ts";
import { hashStepId, step as theStep } from "../../src/steps/index.ts";
import type { CallOverrides } from "./simulate-run.ts";
import { callOnce } from "./simulate-run.ts";

const user = new AsyncLocalStorage<string>();
const here = (): string | null => user.getStore() ?? null;

const remembered = (...ids: string[]): CallOverrides => ({
  steps: Object.fromEntries(ids.map((id) => [hashStepId(id), { data: id }])),
  order: ids.map(hashStepId),
});

/** What a call that runs one step remembers of it. */
async function ran(handler: Handler, overrides: CallOverrides = {}): Promise<unknown> {
  const outcome = await user.run("request", () => callOnce(handler, overrides));
  return outcome.type === "step-ran" ? outcome.operation.data : outcome;
}

const target = (id: string): CallOverrides => ({ requestedStepId: hashStepId(id), disableImmediateExecution: true });

describe("a step's function runs in the context in which the step was called", () => {
  const branches: Handler = async ({ step }) =>
    Promise.all(["a", "b", "c"].map((name) => user.run(name, () => step.run(name, here))));

  it("as the first step, and after its own awaits", async () => {
    expect(await ran(async ({ step }) => user.run("alice", () => step.run("s", here)))).toBe("alice");
    const late = async (): Promise<string | null> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return here();
    };
    expect(await ran(async ({ step }) => user.run("alice", () => step.run("s", late)))).toBe("alice");
  });

  it("as a later step, after one of somebody else's", async () => {
    const handler: Handler = async ({ step }) => {
      await user.run("alice", () => step.run("one", here));
      return user.run("bob", () => step.run("two", here));
    };
    expect(await ran(handler, remembered("one"))).toBe("bob");
  });

  it.each(["a", "b", "c"])("as the parallel step %s, in a call of its own", async (id) => {
    expect(await ran(branches, target(id))).toBe(id);
  });

  it("on a later attempt", async () => {
    const handler: Handler = async ({ step }) => {
      void user.run("alice", () => step.run("one", here));
      return user.run("bob", () => step.run("two", here));
    };
    expect(await ran(handler, { ...remembered("one"), ...target("two"), context: { attempt: 1 } })).toBe("bob");
  });

  it("called through the exported `step`, and as step.ai.wrap", async () => {
    const exported: Handler = async ({ step }) => {
      await step.run("one", here);
      return user.run("bob", () => theStep.run("two", here));
    };
    expect(await ran(exported, remembered("one"))).toBe("bob");
    expect(await ran(async ({ step }) => user.run("carol", () => step.ai.wrap("ask", here)))).toBe("carol");
  });

  it("in group.parallel", async () => {
    const handler: Handler = async ({ step, group }) =>
      group.parallel(() => Promise.race(["a", "b"].map((name) => user.run(name, () => step.run(name, here)))));
    expect(await ran(handler, target("b"))).toBe("b");
  });

  it("when it sends events", async () => {
    let sender: string | null = null;
    const send = async (): Promise<{ ids: string[] }> => {
      sender = here();
      return { ids: [] };
    };
    const env = { appId: "app", clientId: "app", send, sendSignal: async () => ({}) };
    const handler: Handler = async ({ step }) => {
      await user.run("alice", () => step.run("one", here));
      return user.run("bob", () => step.sendEvent("tell", { name: "told" }));
    };
    await ran(handler, { ...remembered("one"), env });
    expect(sender).toBe("bob");
  });

  it("when no context was set: the request's, not that of a step before it", async () => {
    const handler: Handler = async ({ step }) => {
      await user.run("alice", () => step.run("one", here));
      return step.run("two", here);
    };
    expect(await ran(handler, remembered("one"))).toBe("request");
  });
});

describe("a call that makes checkpoints", () => {
  it("runs each step in its own context, goes on in the function's, and saves in none of them", async () => {
    const savedIn: (string | null)[] = [];
    const results: unknown[] = [];
    const save = async (texts: readonly string[]): Promise<"saved"> => {
      savedIn.push(here());
      results.push(...texts.map((text) => (JSON.parse(text) as Operation).data));
      return "saved";
    };
    const handler: Handler = async ({ step }) => {
      await user.run("alice", () => step.run("one", here));
      const between = here();
      const body = await user.run("bob", async () => {
        await step.run("two", here);
        return here();
      });
      await step.run("three", here);
      return [between, body, here()];
    };
    const checkpoints = { bufferedSteps: 1, maxIntervalMs: 0, maxRuntimeMs: 0, save };
    const outcome = await user.run("request", () => callOnce(handler, { checkpoints }));
    expect(outcome).toMatchObject({ type: "run-complete", data: ["request", "bob", "request"] });
    expect(results).toEqual(["alice", "bob", "request"]);
    expect(savedIn).toEqual(["request", "request", "request"]);
  });
});
