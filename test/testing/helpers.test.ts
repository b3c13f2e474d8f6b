import { createDeferredPromise, createMockEvent, isDeeplyEqual, mockCtx, type Spy } from "stepwell/testing";
import { describe, expect, it } from "vitest";

describe("isDeeplyEqual", () => {
  it.each([
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [{ a: undefined }, {}, false],
    [{ a: { b: [1, { c: 1 }] } }, { a: { b: [1, { c: 1, d: 2 }] }, e: 1 }, true],
    [[1], [1, 2], false],
    [[1], { 0: 1 }, false],
    [null, {}, false],
    [{}, null, false],
    [Number.NaN, Number.NaN, true],
    ["a", "b", false],
    [new Date(1), new Date(1), true],
    [new Date(1), new Date(2), false],
    [{}, new Date(1), false],
  ])("%j in %j: %s", (subset, whole, expected) => {
    expect(isDeeplyEqual(subset, whole)).toBe(expected);
  });
});

describe("createMockEvent", () => {
  it("fills in what is not given", () => {
    const event = createMockEvent();
    expect(event).toEqual({
      id: expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
      name: "inngest/function.invoked",
      data: {},
      ts: expect.any(Number),
    });
    expect(createMockEvent({ name: "a", data: { n: 1 }, id: "1", ts: 5, v: "2" })).toEqual({
      name: "a",
      data: { n: 1 },
      id: "1",
      ts: 5,
      v: "2",
    });
    expect(createMockEvent().id).not.toBe(event.id);
  });
});

describe("createDeferredPromise", () => {
  it("is settled from outside", async () => {
    const good = createDeferredPromise<number>();
    good.resolve(1);
    await expect(good.promise).resolves.toBe(1);
    const bad = createDeferredPromise();
    bad.reject(new Error("no"));
    await expect(bad.promise).rejects.toThrow("no");
  });
});

describe("mockCtx", () => {
  const spyOf = (tool: unknown): Spy => tool as Spy;

  it("spies on tools, and on those of step.ai, but not on models", async () => {
    const openai = () => "model";
    const fetchTool = Object.assign(async () => "answer", { config: () => "configured" });
    const run = async (_id: string, work: () => unknown) => work();
    const ctx = mockCtx({
      attempt: 1,
      step: { run, fetch: fetchTool, flag: true, ai: { infer: () => 1, models: { openai } } },
    });
    expect(ctx.attempt).toBe(1);
    await ctx.step.run("a", () => 2);
    ctx.step.ai.infer();
    expect(ctx.step.run).toHaveBeenCalledWith("a", expect.any(Function));
    expect(ctx.step.run).toHaveResolvedWith(2);
    expect(ctx.step.ai.infer).toHaveReturnedWith(1);
    expect(spyOf(ctx.step.run).getMockName()).toBe("step.run");
    expect(ctx.step.ai.models.openai).toBe(openai);
    expect(ctx.step.fetch.config()).toBe("configured");
    expect(ctx.step.flag).toBe(true);
  });

  it("has tools replaced, and forgets", async () => {
    const { step } = mockCtx({
      step: {
        run: async (): Promise<unknown> => 1,
        fail: () => {
          throw new Error("no");
        },
      },
    });
    const spy = spyOf(step.run);
    spy.mockResolvedValue(2);
    expect(await step.run()).toBe(2);
    spy.mockRejectedValue(new Error("bad"));
    await expect(step.run()).rejects.toThrow("bad");
    expect(spy.mock.settledResults.map(({ type }) => type)).toEqual(["fulfilled", "rejected"]);
    spy.mockReturnValue(3).mockClear();
    expect(spy.mock.calls).toEqual([]);
    expect(step.run()).toBe(3);
    spy.mockImplementation(() => 4);
    expect(step.run()).toBe(4);
    expect(spy.mock).toMatchObject({ lastCall: [], calls: [[], []], results: [{ value: 3 }, { value: 4 }] });
    expect(() => step.fail()).toThrow("no");
    expect(step.fail).toHaveBeenCalledOnce();
    expect(spyOf(step.fail).mock.results[0]).toMatchObject({ type: "throw" });
  });
});
