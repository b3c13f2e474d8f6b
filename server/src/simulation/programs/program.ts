/**
 * The small language in which functions of a simulated world are written: what an app does, as data. `draw-program` draws it, `walk`
 * finds what comes next in it, `simulated-app` carries it out.
 */

interface StepBase {
  /** Unique in its program. */
  id: string;
  /** Whether the program goes on when the step fails for good; else it fails with the step's error. */
  caught: boolean;
}

/** Runs in the app. */
export interface RunStep extends StepBase {
  kind: "run";
  /** How long it takes, in milliseconds. */
  ms: number;
  /** Attempts that fail before one does not. */
  failures: number;
  /** Whether a failure says that no other try is worth it. */
  isFatal: boolean;
  /** Name of an event that it sends with the run's key; null for none. */
  sends: string | null;
}

export interface SleepStep extends StepBase {
  kind: "sleep";
  seconds: number;
}

/** Waits for an event with the run's key. */
export interface WaitStep extends StepBase {
  kind: "wait";
  event: string;
  timeoutSeconds: number;
  /** Whether somebody sends the event as soon as the app has said that it waits for it, as who is asked answers at once. */
  isAnswered: boolean;
}

export interface SignalStep extends StepBase {
  kind: "signal";
  /** Whether it takes the place of another run that waits for the same signal. */
  replaces: boolean;
  timeoutSeconds: number;
}

export interface InvokeStep extends StepBase {
  kind: "invoke";
  slug: string;
  timeoutSeconds: number;
}

/** Has the engine make an HTTP request. */
export interface FetchStep extends StepBase {
  kind: "fetch";
}

export type ProgramStep = RunStep | SleepStep | WaitStep | SignalStep | InvokeStep | FetchStep;

/** Several at once: until all have ended, or the first of them. */
export interface Fork {
  kind: "parallel" | "race";
  branches: ProgramNode[][];
}

export type ProgramNode = ProgramStep | Fork;

export interface Program {
  nodes: ProgramNode[];
  /** Attempts at its end that throw before it returns. */
  bodyFailures: number;
  /** Whether it saves its steps while a call goes on, instead of answering with each. */
  checkpoints: boolean;
}

export function isFork(node: ProgramNode): node is Fork {
  return node.kind === "parallel" || node.kind === "race";
}

/** All steps, those of branches too. */
export function stepsOf(nodes: readonly ProgramNode[]): ProgramStep[] {
  return nodes.flatMap((node) => (isFork(node) ? node.branches.flatMap(stepsOf) : [node]));
}
