/** Rows about errors: retries and their backoff, what ends a run at once, what the function may catch. */
import { expect } from "vitest";
import type { Row } from "../row.ts";
import { toMs, type World } from "../world.ts";

/** Advances step by step until the log has grown to `length`; gives the milliseconds that took. */
async function msUntil(world: World, length: number, most: string): Promise<number> {
  const before = world.now();
  while (world.log.length < length) {
    if (world.now() - before > toMs(most)) throw new Error(`nothing happened in ${most}`);
    await world.advance("1s");
  }
  return world.now() - before;
}

const withoutBackoff = { inngest4: "its options have no backoff", inngest3: "its options have no backoff" };

const backoffs: Row[] = [
  {
    name: "a function that throws is tried five times: after 15 s, 30 s, 1 min and 2 min, and up to 30 s of jitter each",
    functions: ({ fn, world }) =>
      fn("f", ({ attempt }) => {
        world.note(attempt);
        throw new Error(`attempt ${attempt}`);
      }),
    async check(world) {
      await world.send("test/f");
      for (const [attempt, wait] of [15, 30, 60, 120].entries()) {
        const tookMs = await msUntil(world, attempt + 2, "3m");
        expect(tookMs).toBeGreaterThanOrEqual(wait * 1000);
        expect(tookMs).toBeLessThanOrEqual(wait * 1000 + 31_000);
      }
      await world.advance("3h");
      expect(world.log).toEqual([0, 1, 2, 3, 4]);
      expect(await world.run("f")).toMatchObject({ status: "Failed", output: { message: "attempt 4" } });
    },
  },
  {
    name: "retries: 0 is one attempt",
    functions: ({ fn, world }) =>
      fn({ id: "f", retries: 0 }, () => {
        world.note("tried");
        throw new Error("once");
      }),
    async check(world) {
      await world.send("test/f");
      await world.advance("3h");
      expect(world.log).toEqual(["tried"]);
      expect(await world.statuses("f")).toEqual(["Failed"]);
    },
  },
  {
    name: "a failing step is retried by itself, what ended before it does not run again",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn({ id: "f", retries: 2 }, async ({ step }) => {
        await step.run("before", () => world.note("before"));
        return step.run("flaky", () => {
          world.note("flaky");
          if (world.count("flaky") < 3) throw new TypeError("not yet");
          return "third time";
        });
      }),
    async check(world) {
      await world.send("test/f");
      await world.advance("2m");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: "third time" });
      expect(world.log).toEqual(["before", "flaky", "flaky", "flaky"]);
      expect((await world.steps("f"))[1]).toMatchObject({
        attempts: 3,
        failed_attempts: [{ attempt: 0 }, { attempt: 1 }],
      });
    },
  },
  {
    name: "each parallel step has attempts of its own",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn({ id: "f", retries: 1 }, async ({ step }) => {
        const flaky = (name: string) =>
          step.run(name, () => {
            world.note(name);
            if (world.count(name) < 2) throw new Error("first time");
            return name;
          });
        return Promise.all([flaky("a"), flaky("b"), flaky("c")]);
      }),
    async check(world) {
      await world.send("test/f");
      await world.advance("1m");
      expect((await world.run("f")).output).toEqual(["a", "b", "c"]);
      expect([...world.log].sort()).toEqual(["a", "a", "b", "b", "c", "c"]);
    },
  },
  {
    name: "retries with a list of waits",
    notIn: withoutBackoff,
    functions: ({ fn, world }) =>
      fn({ id: "f", retries: { attempts: 3, backoff: [2000, 7000] } }, () => {
        world.note("tried");
        throw new Error("again");
      }),
    async check(world) {
      await world.send("test/f");
      expect(await msUntil(world, 2, "1m")).toBe(2000);
      expect(await msUntil(world, 3, "1m")).toBe(7000);
      expect(await msUntil(world, 4, "1m")).toBe(7000);
      expect(await world.statuses("f")).toEqual(["Failed"]);
    },
  },
  {
    name: "a step with retries and a growing backoff of its own",
    notIn: withoutBackoff,
    functions: ({ fn, world }) =>
      fn({ id: "f", retries: 0 }, async ({ step }) =>
        step.run(
          { id: "own", retries: { attempts: 2, backoff: { initial: "10s", factor: 3, max: "1h", jitter: 0 } } },
          () => {
            world.note("tried");
            throw new Error("again");
          },
        ),
      ),
    async check(world) {
      await world.send("test/f");
      expect(await msUntil(world, 2, "1m")).toBe(10_000);
      expect(await msUntil(world, 3, "1m")).toBe(30_000);
      await world.advance("3h");
      expect(world.log).toHaveLength(3);
      expect(await world.statuses("f")).toEqual(["Failed"]);
    },
  },
  {
    name: "RetryAfterError says when, and the longest that it can say is a day",
    functions: ({ fn, sdk, world }) =>
      fn({ id: "f", retries: 2 }, ({ event }) => {
        world.note("tried");
        if (world.count("tried") < 2) throw new sdk.RetryAfterError("later", event.data.after);
      }),
    async check(world) {
      await world.send("test/f", { after: "10m" });
      await world.advance("599s");
      expect(world.log).toHaveLength(1);
      await world.advance("1s");
      expect(world.log).toHaveLength(2);
      world.log.length = 0;
      await world.send("test/f", { after: "30d" });
      await world.advance("1439m");
      expect(world.log).toHaveLength(1);
      await world.advance("1m");
      expect(world.log).toHaveLength(2);
    },
  },
];

const ends: Row[] = [
  {
    name: "NonRetriableError ends a run at once, from the function and from a step",
    alsoWithoutCheckpoints: true,
    functions({ fn, sdk, world }) {
      fn("f", () => {
        world.note("f");
        throw new sdk.NonRetriableError("never again");
      });
      fn("g", ({ step }) =>
        step.run("x", () => {
          world.note("g");
          throw new sdk.NonRetriableError("nor this");
        }),
      );
    },
    async check(world) {
      await world.send("test/f");
      await world.send("test/g");
      await world.advance("3h");
      expect(world.log).toEqual(["f", "g"]);
      expect(await world.run("f")).toMatchObject({ status: "Failed", output: { message: "never again" } });
      expect(await world.run("g")).toMatchObject({ status: "Failed", output: { message: "nor this" } });
    },
  },
  {
    name: "StepFailed: a step that gave up can be caught, and the function goes on",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn({ id: "f", retries: 0 }, async ({ step }) => {
        try {
          await step.run("bad", () => {
            throw new RangeError("out of range");
          });
        } catch (error) {
          const { message } = error as Error;
          return step.run("rollback", () => world.note("rollback", message));
        }
      }),
    async check(world) {
      await world.send("test/f");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: "out of range" });
      expect(world.log).toEqual(["rollback"]);
      expect((await world.steps("f"))[0]).toMatchObject({ status: "Failed", error: { name: "RangeError" } });
    },
  },
  {
    name: "onFailure runs once, with the error and the event, and has steps of its own",
    functions: ({ fn, world }) =>
      fn(
        {
          id: "f",
          retries: 0,
          onFailure: async ({ event, error, step }: { event: never; error: Error; step: never }) => {
            const { data } = event as { data: { function_id: string; event: { data: { n: number } } } };
            const { run } = step as { run: (id: string, work: () => void) => Promise<void> };
            await run("alert", () => world.note([data.function_id, data.event.data.n, error.message]));
          },
        },
        () => {
          throw new Error("gives up");
        },
      ),
    async check(world) {
      await world.send("test/f", { n: 7 });
      expect(world.log).toEqual([["app-f", 7, "gives up"]]);
      expect(await world.statuses("f-failure")).toEqual(["Completed"]);
    },
  },
  {
    name: "lifecycle events: finished for every end, failed and cancelled for theirs",
    functions({ fn, world }) {
      fn({ id: "good", retries: 0 }, () => "fine");
      fn({ id: "bad", retries: 0 }, () => {
        throw new Error("bad");
      });
      fn("long", ({ step }) => step.sleep("nap", "1h"));
      for (const end of ["finished", "failed", "cancelled"])
        fn(`on-${end}`, ({ event }) => world.note(`${end} ${event.data.function_id}`), `inngest/function.${end}`);
    },
    async check(world) {
      await world.sendAll(
        [{ name: "test/good" }, { name: "test/bad" }, { name: "test/long" }].map((event) => ({ ...event, data: {} })),
      );
      await world.ask("POST", `/v2/runs/${(await world.run("long")).run_id}/cancel`);
      const own = world.log.filter((entry) => !String(entry).includes("app-on-"));
      expect([...own].sort()).toEqual([
        "cancelled app-long",
        "failed app-bad",
        "finished app-bad",
        "finished app-good",
        "finished app-long",
      ]);
    },
  },
];

export const retryRows: Row[] = [...backoffs, ...ends];
