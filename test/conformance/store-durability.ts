import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { leaseAll, mustCommit, type OpenStore, openForTest } from "./store-harness.ts";
import {
  endOfRun,
  makeApp,
  makeAttempt,
  makeEnd,
  makeEvent,
  makeFunction,
  makeItem,
  makePlan,
  makeStart,
  write,
} from "./store-records.ts";

/** Runs `command` until it has printed `count` lines, kills it with SIGKILL, and resolves with all that it printed. */
async function killAfterLines(command: string[], count: number): Promise<string[]> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) child.kill("SIGKILL");
  }
  return lines;
}

export function testDurability(open: OpenStore): void {
  test("a closed store refuses everything, and closes twice", async () => {
    const { store } = await openForTest(open);
    const last = store.commit(write({ events: [makeEvent("E1")] }));
    await store.close();
    await store.close();
    expect(await last).toMatchObject({ ok: true });
    const refused = { name: "EngineError", code: "shutting_down" };
    await expect(store.commit(write({}))).rejects.toMatchObject(refused);
    await expect(leaseAll(store)).rejects.toMatchObject(refused);
    await expect(store.extend([], 1)).rejects.toMatchObject(refused);
    await expect(store.nextDueAt()).rejects.toMatchObject(refused);
    await expect(store.getRun("R1")).rejects.toMatchObject(refused);
    await expect(store.listApps()).rejects.toMatchObject(refused);
  });

  test("everything is there when it is opened again", async ({ skip }) => {
    const { store, reopen } = await openForTest(open);
    if (reopen === undefined) return skip("this store keeps nothing");
    await mustCommit(
      store,
      write({ sync: { app: makeApp("shop"), functions: [makeFunction("shop", "a")], crons: [] } }),
    );
    await mustCommit(store, write({ events: [makeEvent("event-of-R1")], starts: [makeStart("R1"), makeStart("R2")] }));
    await mustCommit(
      store,
      write({ plans: [makePlan("R1", "a")], ends: [makeEnd("R1", "b")], attempts: [makeAttempt("R1")] }),
    );
    await mustCommit(store, write({ run: endOfRun("R2"), puts: [makeItem("I1")] }));
    const read = async (from: typeof store) => ({
      apps: await from.listApps(),
      functions: await from.listFunctions(),
      events: await from.listEvents({ limit: 10 }),
      execution: await from.loadExecution("R1"),
      runs: await from.listRuns({ limit: 10 }),
      steps: await from.listSteps("R1"),
      attempts: await from.listAttempts("R1"),
      items: await from.listItems("R1"),
      ofEvent: await from.listRunsOfEvent("event-of-R1"),
      nextDueAt: await from.nextDueAt(),
    });
    const before = await read(store);
    expect(before.execution?.ended).toHaveLength(1);
    await store.close();
    const again = await reopen();
    onTestFinished(() => again.close());
    expect(await read(again)).toEqual(before);
  });

  test("what was acknowledged survives SIGKILL", async ({ skip }) => {
    const { store, reopen, writer } = await openForTest(open);
    if (reopen === undefined || writer === undefined) return skip("this store keeps nothing");
    await store.close();
    const acknowledged = await killAfterLines(writer, 300);
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);
    const again = await reopen();
    onTestFinished(() => again.close());
    for (const id of acknowledged) {
      expect(await again.getEvent(id)).not.toBeNull();
      expect(await again.listRunsOfEvent(id)).toHaveLength(1);
      expect(await again.getRun(`R-${id}`)).toMatchObject({ status: "Running" });
    }
    // Nothing half-written: each event that is there has its run.
    for (const event of await again.listEvents({ limit: 1_000 })) {
      expect(await again.listRunsOfEvent(event.internalId)).toHaveLength(1);
    }
  });
}
