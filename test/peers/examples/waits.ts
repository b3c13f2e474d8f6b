/** Examples of waiting for events and signals, and of cancellation. */
import type { FunctionOptions } from "stepwell";
import { expect } from "vitest";
import { eventually } from "../../helpers/eventually.ts";
import type { Example } from "./example.ts";

export const waitExamples: Example[] = [
  {
    name: "waitForEvent: an event that matches, one that does not, and none in time",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "onboarding" });
      const matched = fn(inngest, { id: "onboard" }, { event: "onboarding/start" }, async ({ step }) => {
        const done = await step.waitForEvent("wait for it", {
          event: "onboarding/completed",
          match: "data.userId",
          timeout: "7d",
        });
        return done === null ? "reminded" : { name: done.name, by: done.data.by };
      });
      const filtered = fn(inngest, { id: "approve" }, { event: "onboarding/ask" }, async ({ step }) => {
        const answer = await step.waitForEvent("wait for approval", {
          event: "onboarding/answer",
          if: "async.data.id == event.data.id && async.data.ok == true",
          timeout: 60_000,
        });
        return answer?.data.note ?? null;
      });
      return { client: inngest, functions: [matched, filtered] };
    },
    async check({ send, finish, waitsIn, run, now }) {
      const first = await send("onboarding/start", { userId: 1 });
      await waitsIn(first, "wait for it");
      await send("onboarding/completed", { userId: 2, by: "other" });
      await send("onboarding/completed", { userId: 1, by: "ada" });
      expect(await finish(first)).toMatchObject({
        status: "Completed",
        output: { name: "onboarding/completed", by: "ada" },
      });
      const before = now();
      expect(await run("onboarding/start", { userId: 3 })).toMatchObject({ output: "reminded" });
      expect(now() - before).toBeGreaterThanOrEqual(7 * 86_400_000);
      const asked = await send("onboarding/ask", { id: "x" });
      await waitsIn(asked, "wait for approval");
      await send("onboarding/answer", { id: "x", ok: false });
      await send("onboarding/answer", { id: "x", ok: true, note: "fine" });
      expect(await finish(asked)).toMatchObject({ status: "Completed", output: "fine" });
    },
  },
  {
    name: "waitForEvent for two events at once",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "either" });
      const either = fn(inngest, { id: "either" }, { event: "either/start" }, async ({ step }) => {
        const [paid, shipped] = await Promise.all([
          step.waitForEvent("paid", { event: "either/paid", match: "data.order", timeout: "1d" }),
          step.waitForEvent("shipped", { event: "either/shipped", match: "data.order", timeout: "1h" }),
        ]);
        return [paid?.data.sum ?? null, shipped?.data.sum ?? null];
      });
      return { client: inngest, functions: [either] };
    },
    async check({ send, finish, waitsIn }) {
      const id = await send("either/start", { order: "o1" });
      await waitsIn(id, "paid");
      await waitsIn(id, "shipped");
      await send("either/paid", { order: "o1", sum: 12 });
      expect(await finish(id)).toMatchObject({ status: "Completed", output: [12, null] });
    },
  },
  {
    name: "waitForSignal, and signals from a client and from a step",
    styles: ["v4"],
    app({ sdk: { Inngest } }) {
      const inngest = new Inngest({ id: "signals" });
      const wait = inngest.createFunction(
        { id: "wait", triggers: { event: "signals/wait" } },
        async ({ event, step }) => {
          const signal = await step.waitForSignal("wait for it", {
            signal: `task/${event.data.id}`,
            timeout: "5m",
            onConflict: "fail",
          });
          return signal?.data ?? "nobody";
        },
      );
      const tell = inngest.createFunction({ id: "tell", triggers: { event: "signals/tell" } }, ({ event, step }) =>
        step.sendSignal("tell", { signal: `task/${event.data.id}`, data: { from: "a step" } }),
      );
      return { client: inngest, functions: [wait, tell] };
    },
    async check({ client, send, run, finish, waitsIn }) {
      const first = await send("signals/wait", { id: 1 });
      const waiting = await waitsIn(first, "wait for it");
      expect(await client.sendSignal({ signal: "task/1", data: { from: "a client" } })).toEqual({
        runId: waiting.run_id,
      });
      expect(await finish(first)).toMatchObject({ status: "Completed", output: { from: "a client" } });
      const second = await send("signals/wait", { id: 2 });
      const { run_id } = await waitsIn(second, "wait for it");
      expect(await run("signals/tell", { id: 2 })).toMatchObject({ output: { runId: run_id } });
      expect(await finish(second)).toMatchObject({ output: { from: "a step" } });
      expect(await run("signals/wait", { id: 3 })).toMatchObject({ output: "nobody" });
      expect(await client.sendSignal({ signal: "task/nobody" })).toEqual({ runId: undefined });
    },
  },
  {
    name: "cancelOn: an event ends a run, by match, by condition, and no longer after a timeout",
    app({ sdk: { Inngest }, fn, note }) {
      const inngest = new Inngest({ id: "reminders" });
      const options = {
        id: "remind",
        cancelOn: [
          { event: "reminders/deleted", match: "data.id" },
          { event: "reminders/all.stopped", if: "async.data.owner == event.data.owner", timeout: "30m" },
        ],
      } satisfies FunctionOptions;
      const remind = fn(inngest, options, { event: "reminders/created" }, async ({ step }) => {
        await step.sleep("until then", "1h");
        await step.run("push", () => note("push"));
        return "pushed";
      });
      return { client: inngest, functions: [remind] };
    },
    async check({ send, finish, settled, waitsIn, advance, count }) {
      const [first, second, third] = await Promise.all(
        ["a", "b", "c"].map((id) => send("reminders/created", { id, owner: id === "b" ? "ada" : "bo" })),
      );
      for (const id of [first, second, third]) await waitsIn(id as string, "until then");
      await send("reminders/deleted", { id: "a" });
      expect(await settled(first as string)).toMatchObject({ status: "Cancelled" });
      await send("reminders/all.stopped", { owner: "ada" });
      expect(await settled(second as string)).toMatchObject({ status: "Cancelled" });
      advance(31 * 60_000);
      await send("reminders/all.stopped", { owner: "bo" });
      expect(await finish(third as string)).toMatchObject({ status: "Completed", output: "pushed" });
      expect(count("push")).toBe(1);
    },
  },
  {
    name: "a run that is cancelled through the API",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "by-hand" });
      const long = fn(inngest, { id: "long" }, { event: "by-hand/long" }, async ({ step }) => {
        await step.sleep("long", "30d");
      });
      const onCancelled = fn(
        inngest,
        { id: "after" },
        { event: "inngest/function.cancelled", if: "event.data.function_id == 'by-hand-long'" },
        ({ event }) => event.data.function_id,
      );
      return { client: inngest, functions: [long, onCancelled] };
    },
    async check({ send, waitsIn, api, ended }) {
      const { run_id } = await waitsIn(await send("by-hand/long"), "long");
      expect((await api.fetch(`/v1/runs/${run_id}`, { method: "DELETE" })).ok).toBe(true);
      await eventually("the end", async () => ((await api.run(run_id)).status === "Cancelled" ? true : null));
      const [after] = await ended("after");
      expect(after).toMatchObject({ status: "Completed", output: "by-hand-long" });
    },
  },
];
