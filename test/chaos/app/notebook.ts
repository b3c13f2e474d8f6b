/**
 * Where an app of chaos writes what it does: appended to the journal before it goes on, so that a mark is there whatever dies next.
 * A written line outlives its process; only a machine that goes down would lose it, and none does here.
 */
import { openSync, writeSync } from "node:fs";
import type { StepTools } from "stepwell";
import type { Mark } from "../journal.ts";
import type { ChaosData } from "../kinds.ts";

/** What a function is called with, as far as notes are taken of it. */
export interface ChaosCall {
  event: { data: unknown; ts?: number | undefined };
  step: Pick<StepTools, "run">;
  runId: string;
  attempt: number;
}

/** What a step takes a place of. */
export interface Place {
  limit: string;
  places: number;
  /** Whether the run has it from its first step to its end. */
  wholeRun?: boolean;
}

export interface WorkOptions extends Partial<Place> {
  /** Attempts that fail before one does not. */
  failures?: number;
  /** What is thrown then. */
  error?: () => Error;
}

const file = openSync(process.env.JOURNAL ?? "", "a");
const app = process.env.APP ?? "";
/** How long a step takes, in milliseconds. */
const workMs = 20;
const once = new Set<string>();

export const dataOf = ({ event }: Pick<ChaosCall, "event">): ChaosData => event.data as ChaosData;

/** Notes of one kind of function. */
export function createNotebook(kind: string) {
  const note = (call: ChaosCall, what: Mark["what"], more: Partial<Mark> = {}): void => {
    const { n } = dataOf(call);
    const mark: Mark = { at: Date.now(), app, kind, run: call.runId, n, what, ...more };
    writeSync(file, `${JSON.stringify(mark)}\n`);
  };
  /** The body goes through what it has been through in each call: the first time counts. */
  const noteOnce = (call: ChaosCall, what: Mark["what"], more: Partial<Mark> = {}): void => {
    const key = `${call.runId} ${what} ${more.step ?? ""} ${more.value ?? ""}`;
    if (once.has(key)) return;
    once.add(key);
    note(call, what, more);
  };
  return {
    called: (call: ChaosCall): void => noteOnce(call, "called"),
    asks: (call: ChaosCall, step: string, bound: Pick<Mark, "lastsMs" | "until"> = {}): void =>
      noteOnce(call, "asks", { step, ...bound }),
    passed: (call: ChaosCall, step: string): void => noteOnce(call, "passed", { step }),
    /** A step that takes a moment and gives what no other execution of it gives. */
    async work(call: ChaosCall, step: string, options: WorkOptions = {}): Promise<string> {
      const { failures = 0, error = () => new Error("not yet"), ...place } = options;
      const { attempt } = call;
      let ran = false;
      const value = await call.step.run(step, async () => {
        ran = true;
        note(call, "begin", { step, attempt, ...place });
        await new Promise((resolve) => setTimeout(resolve, workMs));
        if (attempt < failures) {
          note(call, "failed", { step, attempt, ...place });
          throw error();
        }
        const made = `${process.pid}-${call.runId.slice(-6)}-${Math.random().toString(36).slice(2, 10)}`;
        note(call, "end", { step, attempt, value: made, ...place });
        return made;
      });
      if (!ran) noteOnce(call, "memo", { step, value });
      return value;
    },
  };
}
