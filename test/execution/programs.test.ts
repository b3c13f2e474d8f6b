import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Handler } from "../../src/function/index.ts";
import { runs } from "../helpers/runs.ts";
import { type EndedRun, InterruptedEngine, type Interruption } from "./interrupted-engine.ts";
import { hasRace, MAX_ATTEMPTS, type Program, plainWorld, programs, runProgram, worldOf } from "./programs.ts";

const interruptions: fc.Arbitrary<Interruption[]> = fc.array(
  fc.oneof(
    fc.constant({ kind: "none" as const }),
    fc.constant({ kind: "answer lost" as const }),
    fc.record({ kind: fc.constantFrom("died after" as const, "refused" as const, "stale" as const), at: fc.nat(3) }),
  ),
  { maxLength: 12 },
);
const buffers = fc.option(fc.integer({ min: 1, max: 4 }), { nil: null });

/** Runs a program to its end; a step that has completed must not run again. */
async function runOn(
  program: Program,
  bufferedSteps: number | null,
  hits: readonly Interruption[],
): Promise<EndedRun & { ran: string[] }> {
  const engine = new InterruptedEngine({ maxAttempts: MAX_ATTEMPTS, bufferedSteps, interruptions: hits });
  const ran: string[] = [];
  const handler: Handler = (context) =>
    runProgram(
      program,
      worldOf(context, (id) => {
        expect(engine.completed).not.toContain(id);
        ran.push(id);
      }),
    );
  return { ...(await engine.run(handler)), ran };
}

const ending = ({ outcome }: EndedRun): unknown =>
  outcome.type === "function-rejected" ? outcome.failure.error.message : outcome;

describe("for any program of steps", () => {
  it("interruptions and checkpoints change nothing of what a run comes to, and no completed step runs again", async () => {
    await fc.assert(
      fc.asyncProperty(programs, interruptions, buffers, async (program, hits, bufferedSteps) => {
        const expected = await runOn(program, null, []);
        const got = await runOn(program, bufferedSteps, hits);
        expect(ending(got)).toEqual(ending(expected));
        expect(got.completed).toEqual(expected.completed);
      }),
      { numRuns: runs(150) },
    );
  });

  it.each([1, 10, 20])("work of %i ticks that was faster than a step stays so in replays", async (ticks) => {
    const step: Program = { kind: "step", value: 0, fails: 0 };
    const race: Program = { kind: "race", parts: [{ kind: "work", ticks }, step] };
    const program: Program = { kind: "sequence", parts: [step, race] };
    expect(ending(await runOn(program, 1, []))).toEqual(ending(await runOn(program, null, [])));
  });

  it("without races a run comes to what the program comes to without an engine", async () => {
    await fc.assert(
      fc.asyncProperty(
        programs.filter((program) => !hasRace(program)),
        interruptions,
        buffers,
        async (program, hits, bufferedSteps) => {
          const plain = await runProgram(program, plainWorld).then(
            (data) => ({ type: "function-resolved", data }),
            (error: Error) => error.message,
          );
          expect(ending(await runOn(program, bufferedSteps, hits))).toEqual(plain);
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it("without interruptions each step runs once for each attempt that it takes", async () => {
    await fc.assert(
      fc.asyncProperty(programs, buffers, async (program, bufferedSteps) => {
        const { ran, completed } = await runOn(program, bufferedSteps, []);
        for (const id of new Set(ran)) {
          const times = ran.filter((one) => one === id).length;
          expect(times).toBeGreaterThanOrEqual(1);
          expect(times).toBeLessThanOrEqual(MAX_ATTEMPTS);
          expect(completed).toContain(id);
        }
      }),
      { numRuns: runs(60) },
    );
  });
});
