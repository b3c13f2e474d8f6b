import { afterEach, expect, it } from "vitest";
import { getAsyncCtx, runWithAsyncCtx } from "../../src/compat/get-async-ctx.ts";
import { step as theStep } from "../../src/steps/index.ts";
import { callOnce } from "../execution/simulate-run.ts";

const KEY = Symbol.for("inngest:als");
const runtime = globalThis as unknown as Record<symbol, unknown>;

afterEach(() => {
  delete runtime[KEY];
});

interface Store {
  getStore(): unknown;
  run<T>(store: object, callback: () => T): T;
}

it("code in a run finds its app and the handler's argument; in a step's function, also the step", async () => {
  const app = {};
  const seen: unknown[] = [];
  const outcome = await callOnce(
    async (given) => {
      const context = await getAsyncCtx();
      seen.push(context?.app === app, context?.execution?.ctx === given, context?.execution?.executingStep);
      await given.step.run({ id: "charge", name: "Charge" }, async () => {
        await Promise.resolve();
        seen.push((await getAsyncCtx())?.execution?.executingStep);
      });
    },
    { client: app },
  );
  expect(outcome).toMatchObject({ type: "step-ran", failure: null });
  const step = {
    id: "charge",
    name: "Charge",
    hashedId: expect.stringMatching(/^[0-9a-f]{40}$/),
    userlandId: "charge",
  };
  expect(seen).toEqual([true, true, undefined, step]);
  expect(await getAsyncCtx()).toBeUndefined();
});

it("a callback that has lost its run is given it back", async () => {
  let bound = (): unknown => null;
  await callOnce(async () => {
    const context = await getAsyncCtx();
    bound = () =>
      runWithAsyncCtx(context as NonNullable<typeof context>, async () => (await getAsyncCtx()) === context);
  });
  expect(await bound()).toBe(true);
});

it("there is none where the runtime has no AsyncLocalStorage", async () => {
  runtime[KEY] = null;
  expect(await getAsyncCtx()).toBeUndefined();
  expect(runWithAsyncCtx({ app: {} as never }, () => 5)).toBe(5);
});

it("copies of the published versions 3 and 4 find the run, each where it looks for it", async () => {
  const found: unknown[] = [];
  await callOnce(async (given) => {
    const shared = runtime[KEY] as Promise<Store> & { resolved: Store };
    for (const storage of [await shared, shared.resolved]) {
      found.push((storage.getStore() as { execution: { ctx: unknown } }).execution.ctx === given);
    }
  });
  expect(found).toEqual([true, true]);
});

it("the exported step works in a run that a copy of the published SDK carries out", async () => {
  await getAsyncCtx();
  const { resolved } = runtime[KEY] as { resolved: Store };
  const ctx = { step: { run: (id: string) => `published ${id}` } };
  const ran = await resolved.run({ app: {}, execution: { ctx } }, async () => theStep.run("a", () => 1));
  expect(ran).toBe("published a");
});
