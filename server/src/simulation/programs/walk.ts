/**
 * Goes through a program with what its run remembers: which steps come next, and whether it has ended. Pure; what an SDK's replay does,
 * in a few lines. Called by simulated-app for each call.
 */
import type { MemoizedStep, SerializedError } from "stepwell/protocol";
import { isFork, type ProgramNode, type ProgramStep } from "./program.ts";

export type Memos = ReadonlyMap<string, MemoizedStep>;

export interface NextStep {
  step: ProgramStep;
  /** Whether it is one of a race. */
  isRace: boolean;
}

export type Walked =
  /** Steps that come next, at least one. */
  | { kind: "next"; steps: NextStep[] }
  | { kind: "ended" }
  /** A step failed for good, and nobody caught it. */
  | { kind: "failed"; error: SerializedError };

const ended: Walked = { kind: "ended" };

/** @param order ids of ended steps, in the order in which they ended: it says who won a race */
export function walk(nodes: readonly ProgramNode[], memos: Memos, order: readonly string[], isRace = false): Walked {
  for (const node of nodes) {
    const walked = isFork(node)
      ? walkFork(node.kind, node.branches, memos, order, isRace)
      : walkStep(node, memos, isRace);
    if (walked.kind !== "ended") return walked;
  }
  return ended;
}

function errorOf(memo: MemoizedStep): SerializedError | null {
  return memo !== null && typeof memo === "object" && "error" in memo
    ? (memo as { error: SerializedError }).error
    : null;
}

function walkStep(step: ProgramStep, memos: Memos, isRace: boolean): Walked {
  const memo = memos.get(step.id);
  // Arguments that somebody gave a step are no result.
  if (memo === undefined || (memo !== null && "input" in memo)) return { kind: "next", steps: [{ step, isRace }] };
  const error = errorOf(memo);
  return error === null || step.caught ? ended : { kind: "failed", error };
}

function walkFork(
  kind: "parallel" | "race",
  branches: ProgramNode[][],
  memos: Memos,
  order: readonly string[],
  isRace: boolean,
): Walked {
  if (kind === "race") return walkRace(branches, memos, order);
  const walked = branches.map((branch) => walk(branch, memos, order, isRace));
  const failed = walked.find((each) => each.kind === "failed");
  const steps = walked.flatMap((each) => (each.kind === "next" ? each.steps : []));
  if (failed !== undefined) return failed;
  return steps.length === 0 ? ended : { kind: "next", steps };
}

/** The first branch to end wins, as it was at every moment of the run: what ended later must not change that. */
function walkRace(branches: ProgramNode[][], memos: Memos, order: readonly string[]): Walked {
  const seen = new Map<string, MemoizedStep>();
  for (const id of order) {
    seen.set(id, memos.get(id) ?? null);
    for (const branch of branches) {
      const walked = walk(branch, seen, order, true);
      if (walked.kind !== "next") return walked;
    }
  }
  const steps = branches.flatMap((branch) => {
    const walked = walk(branch, memos, order, true);
    return walked.kind === "next" ? walked.steps : [];
  });
  return { kind: "next", steps };
}
