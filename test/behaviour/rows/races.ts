/** Rows about the end of a race: a function that has returned has ended, and what lost ends with its run. */
import { expect } from "vitest";
import type { AppKit, Context, Row } from "../row.ts";
import type { World } from "../world.ts";

/** Version 3 has no race mode, and needs none: it is called after each step. */
const race = ({ group }: Context, steps: () => Promise<unknown>): Promise<unknown> =>
  group === undefined ? steps() : group.parallel({ mode: "race" }, steps);

const losers: Record<string, (context: Context, kit: { world: World; child: unknown; sdk: AppKit["sdk"] }) => unknown> =
  {
    event: ({ step }) => step.waitForEvent("loser", { event: "test/never", timeout: "4h", match: "data.n" }),
    sleep: ({ step }) => step.sleep("loser", "4h"),
    signal: ({ step }) => step.waitForSignal("loser", { signal: "never", timeout: "4h", onConflict: "fail" }),
    invoke: ({ step }, { child }) => step.invoke("loser", { function: child, data: {}, timeout: "4h" }),
    work: (context, { world }) => context.step.run("loser", () => world.holds.hold(context)),
    retry: ({ step }, { sdk }) =>
      step.run("loser", () => {
        throw new sdk.RetryAfterError("later", "4h");
      }),
  };

/** A function whose race an event wins against something that takes hours. */
const racing = (kit: AppKit, after: (context: Context, winner: unknown) => unknown): void => {
  const { fn, world, sdk } = kit;
  const child = fn("child", async ({ step }) => {
    await step.sleep("long", "3h");
    return world.note("child", "done");
  });
  fn("f", async (context) => {
    const { step, event } = context;
    const winner = await race(context, () =>
      Promise.race([
        step.waitForEvent("winner", { event: "test/done", timeout: "4h", match: "data.n" }).then(() => "won"),
        Promise.resolve(losers[event.data.loser]?.(context, { world, child, sdk })).then(() => "lost"),
      ]),
    );
    return after(context, winner);
  });
};

async function start(world: World): Promise<void> {
  for (const [n, loser] of Object.keys(losers).entries()) await world.send("test/f", { n, loser });
  expect(await world.statuses("f")).toEqual(Object.keys(losers).map(() => "Running"));
}

async function win(world: World): Promise<void> {
  for (const n of Object.keys(losers).keys()) await world.send("test/done", { n });
}

/** Nothing is left that a later event, signal or moment could end. */
async function isOver(world: World): Promise<void> {
  const before = await world.runs("f");
  await world.send("test/never", { n: 0 });
  await world.ask("POST", "/v1/signals", { signal: "never", data: 1 }, 404);
  world.holds.release();
  await world.advance("3h");
  expect(world.log.filter((entry) => entry === "child")).toEqual(["child"]);
  expect(await world.statuses("child")).toEqual(["Completed"]);
  await world.advance("2h");
  expect(await world.runs("f")).toEqual(before);
}

const races: Row[] = [
  {
    name: "a race that is won ends the run at once, whatever lost: waits, sleeps, signals, invocations, work, retries",
    alsoWithoutCheckpoints: true,
    functions: (kit) => racing(kit, (_context, winner) => winner),
    async check(world) {
      await start(world);
      await win(world);
      const runs = await world.runs("f");
      expect(runs.map(({ status, output }) => [status, output])).toEqual(
        Object.keys(losers).map(() => ["Completed", "won"]),
      );
      await isOver(world);
    },
  },
  {
    name: "and so does a function that does more steps first, or fails",
    functions: (kit) =>
      racing(kit, async ({ step, event }, winner) => {
        await step.run("after", () => kit.world.note("after"));
        await step.sleep("a-bit", "5s");
        if (event.data.loser === "sleep") throw new kit.sdk.NonRetriableError("the end");
        return winner;
      }),
    async check(world) {
      await start(world);
      await win(world);
      expect(world.count("after")).toBe(Object.keys(losers).length);
      await world.advance("6s");
      expect(await world.statuses("f")).toEqual(
        Object.keys(losers).map((loser) => (loser === "sleep" ? "Failed" : "Completed")),
      );
      await isOver(world);
    },
  },
  {
    name: "a function that awaits the rest of a race goes on with it",
    notIn: { inngest4: "asked for a result, it takes ten seconds of the real clock to say that there is none" },
    functions: ({ fn, world }) =>
      fn("f", async (context) => {
        const { step } = context;
        let rest: Promise<unknown> = Promise.resolve();
        const first = await race(context, () => {
          rest = step.sleep("nap", "1h").then(() => "slept");
          return Promise.race([step.run("fast", () => "fast"), rest]);
        });
        return world.note("end", [first, await rest]);
      }),
    async check(world) {
      await world.send("test/f");
      await world.advance("59m");
      expect(await world.statuses("f")).toEqual(["Running"]);
      await world.advance("1m");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: ["fast", "slept"] });
    },
  },
  {
    name: "an app that is called after each step has its races won by Promise.race alone, and its run ends with it",
    client: { optimizeParallelism: false },
    notIn: { inngest4: "it names a step that is under way again, whether the function has returned or not" },
    functions: ({ fn }) =>
      fn("f", async ({ step }) => Promise.race([step.run("fast", () => "fast"), step.sleep("nap", "4h")])),
    async check(world) {
      await world.send("test/f");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: "fast" });
    },
  },
];

export const raceRows: Row[] = races;
