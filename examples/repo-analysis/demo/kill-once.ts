/**
 * The demo's experiment: kill the engine in the middle of a step, start it again, and check afterwards that no
 * finished step ran a second time. Called by `demo.ts`.
 */
import type { StepRun } from "../src/jobs.ts";
import type { JobView } from "./follow-run.ts";
import type { Stage } from "./stage.ts";

/** The step in which the engine is killed. */
export const KILLED_STEP = "fetch-commit-details";
/** How long that step lasts at least. */
export const KILLED_STEP_MS = 3000;

export interface KillOnce {
  /** To be called at each look at the run. */
  onLook(job: JobView, finished: readonly string[]): Promise<void>;
  /**
   * @returns a table of the steps' executions.
   * @throws Error when the engine was never killed, or a step that was finished before ran again.
   */
  report(steps: readonly StepRun[]): string;
}

export function createKillOnce(stage: Stage, print: (line: string) => void): KillOnce {
  let finishedBefore: readonly string[] | null = null;
  return {
    onLook: async (job, finished) => {
      if (finishedBefore !== null || job.steps.at(-1)?.step !== KILLED_STEP) return;
      // The engine starts a step only when those before it are saved.
      finishedBefore = [...new Set([...finished, ...job.steps.map(({ step }) => step)])].filter(
        (step) => step !== KILLED_STEP,
      );
      const pid = stage.engine().pid;
      await stage.killEngine();
      print(`  ✗ engine killed with SIGKILL (process ${pid}) while ${KILLED_STEP} was running`);
      const startedAt = Date.now();
      await stage.restartEngine();
      print(`  ↻ engine started again on the same data (process ${stage.engine().pid}, ${Date.now() - startedAt} ms)`);
    },
    report: (steps) => {
      const before = finishedBefore;
      if (before === null) throw new Error(`The run ended before the engine could be killed in ${KILLED_STEP}.`);
      const again = steps.filter(({ step, executions }) => before.includes(step) && executions > 1);
      if (again.length > 0) {
        throw new Error(`Finished before the kill, and run again: ${again.map(({ step }) => step).join(", ")}.`);
      }
      return formatExecutions(steps, before);
    },
  };
}

function formatExecutions(steps: readonly StepRun[], before: readonly string[]): string {
  const when = (step: string): string => {
    if (before.includes(step)) return "finished before the kill";
    return step === KILLED_STEP ? "running at the kill: its answer was lost with the engine" : "after the restart";
  };
  const lines = steps.map(
    ({ step, executions }) => `  ${step.padEnd(22)} ${String(executions).padStart(10)}   ${when(step)}`,
  );
  return [`  ${"step".padEnd(22)} executions`, ...lines, "No finished step ran twice."].join("\n");
}
