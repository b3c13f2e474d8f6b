/** Random programs of steps: what they are, how they run as a handler, and what they come to without any engine. */
import fc from "fast-check";
import type { Context } from "../../src/function/index.ts";

export type Program =
  | { kind: "step"; value: number; fails: number }
  | { kind: "sleep" }
  | { kind: "sequence" | "parallel" | "race"; parts: Program[] }
  | { kind: "loop"; times: number; part: Program }
  | { kind: "try"; part: Program }
  | { kind: "work"; ticks: number };

export const MAX_ATTEMPTS = 3;

const { program: anyProgram, parts } = fc.letrec<{ program: Program; parts: Program[] }>((tie) => ({
  parts: fc.array(tie("program"), { minLength: 1, maxLength: 4 }),
  program: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.record({
      kind: fc.constant("step" as const),
      value: fc.nat(99),
      fails: fc.oneof(
        { weight: 4, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
      ),
    }),
    fc.record({ kind: fc.constant("sleep" as const) }),
    fc.record({ kind: fc.constant("work" as const), ticks: fc.nat(20) }),
    fc.record({
      kind: fc.constantFrom("sequence" as const, "parallel" as const, "race" as const),
      parts: tie("parts"),
    }),
    fc.record({ kind: fc.constant("loop" as const), times: fc.integer({ min: 1, max: 3 }), part: tie("program") }),
    fc.record({ kind: fc.constant("try" as const), part: tie("program") }),
  ),
}));

export const programs: fc.Arbitrary<Program> = fc
  .tuple(fc.constantFrom("sequence" as const, "parallel" as const, "race" as const), parts, anyProgram)
  .map(([kind, some, one]) => ({ kind, parts: [...some, one] }));

/** Whether what a program comes to depends on the order in which its steps complete. */
export function hasRace(program: Program): boolean {
  if ("parts" in program) return program.kind === "race" || program.parts.some(hasRace);
  return "part" in program && hasRace(program.part);
}

/** Runs a step, or stands in for that. */
export interface World {
  step(id: string, value: number, fails: number): Promise<unknown>;
  sleep(id: string): Promise<unknown>;
}

/** `path` names the steps: a loop's body has the same path each time round. */
export async function runProgram(program: Program, world: World, path = "p"): Promise<unknown> {
  switch (program.kind) {
    case "step":
      return world.step(path, program.value, program.fails);
    case "sleep":
      return (await world.sleep(path)) ?? "slept";
    case "work":
      for (let i = 0; i < program.ticks; i++) await undefined;
      return "worked";
    case "try":
      try {
        return { ok: await runProgram(program.part, world, `${path}t`) };
      } catch (error) {
        return { caught: (error as Error).message };
      }
    case "loop": {
      const all: unknown[] = [];
      for (let i = 0; i < program.times; i++) all.push(await runProgram(program.part, world, `${path}l`));
      return all;
    }
    case "sequence": {
      const all: unknown[] = [];
      for (const [i, part] of program.parts.entries()) all.push(await runProgram(part, world, `${path}.${i}`));
      return all;
    }
    default:
      return runTogether(program.kind, program.parts, world, path);
  }
}

/** Whoever wins a race, all are waited for: a step that nobody waits for may or may not be done. */
async function runTogether(
  kind: "parallel" | "race",
  parts: readonly Program[],
  world: World,
  path: string,
): Promise<unknown> {
  const all = parts.map(async (part, i) => ({ branch: i, came: await runProgram(part, world, `${path}.${i}`) }));
  const first = kind === "race" ? await Promise.race(all).catch((error: Error) => error.message) : null;
  const ends = await Promise.allSettled(all);
  return [first, ends.map((end) => (end.status === "fulfilled" ? end.value : (end.reason as Error).message))];
}

/** The program's world within a run. @param onRun told whenever a step's function runs. */
export function worldOf({ step, attempt }: Pick<Context, "step" | "attempt">, onRun: (id: string) => void): World {
  const counts = new Map<string, number>();
  return {
    sleep: (id) => step.sleep(id, "1h"),
    step(id, value, fails) {
      const index = counts.get(id) ?? 0;
      counts.set(id, index + 1);
      return step.run(id, () => {
        onRun(`${id}:${index}`);
        if (attempt < fails) throw new Error(`${id} failed`);
        return { value };
      });
    },
  };
}

/** A world without engine, memory or interruptions. */
export const plainWorld: World = {
  sleep: async () => undefined,
  async step(id, value, fails) {
    if (fails >= MAX_ATTEMPTS) throw new Error(`${id} failed`);
    return { value };
  },
};
