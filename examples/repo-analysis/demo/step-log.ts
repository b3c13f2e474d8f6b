/**
 * Prints a run's steps as the engine saves them, and its failed attempts. Called by `follow-run.ts`.
 */
import { request } from "./http.ts";
import type { Stage } from "./stage.ts";

export interface StepLog {
  /**
   * Reads the engine's timeline when there may be news, and prints what is new.
   *
   * @param state any text that changes when something happened.
   * @returns the names of the steps that are finished.
   */
  update(runId: string, state: string): Promise<string[]>;
}

/** As `GET /v1/runs/:id/steps` shows it. */
interface StepView {
  id: string;
  name: string;
  status: string;
  /** Made, the successful one included. */
  attempts: number;
  started_at: string | null;
  ended_at: string | null;
  failed_attempts: { attempt: number; retry_at: string | null; error: { message?: string } | null }[];
}

/** The timeline comes with the steps' outputs, which may be large, so it is not read at every look. */
const READ_AGAIN_MS = 1000;

export function createStepLog(stage: Stage, print: (line: string) => void): StepLog {
  const printed = new Set<string>();
  let steps: StepView[] = [];
  let seen = "";
  let readAt = 0;
  const printOnce = (key: string, line: string): void => {
    if (!printed.has(key)) print(line);
    printed.add(key);
  };
  return {
    update: async (runId, state) => {
      if (state !== seen || Date.now() - readAt >= READ_AGAIN_MS) {
        const answer = await request("GET", `${stage.engineUrl}/v1/runs/${runId}/steps`);
        const list = (answer?.body as { data?: StepView[] } | null | undefined)?.data;
        // No list: the engine is down. The next look reads again.
        if (list !== undefined) [steps, seen, readAt] = [list, state, Date.now()];
      }
      for (const step of steps) {
        for (const failed of step.failed_attempts) {
          printOnce(`${step.id} ${failed.attempt}`, formatFailure(step.name, failed));
        }
        if (isFinished(step)) printOnce(step.id, formatStep(step));
      }
      return steps.filter(isFinished).map(({ name }) => name);
    },
  };
}

function isFinished(step: StepView): boolean {
  return step.status === "Completed";
}

function formatStep({ name, attempts, started_at, ended_at }: StepView): string {
  const tookMs = started_at === null || ended_at === null ? null : Date.parse(ended_at) - Date.parse(started_at);
  const tries = attempts > 1 ? `  (${attempts} attempts)` : "";
  return `  ✓ ${name.padEnd(22)} ${tookMs === null ? "" : `${String(tookMs).padStart(6)} ms`}${tries}`;
}

function formatFailure(name: string, { error, retry_at }: StepView["failed_attempts"][number]): string {
  const next = retry_at === null ? "" : ` Next attempt at ${retry_at}.`;
  return `  ✗ ${name.padEnd(22)} ${error?.message ?? "failed"}${next}`;
}
