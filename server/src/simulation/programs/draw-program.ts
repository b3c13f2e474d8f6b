/** Draws programs of all kinds of steps. Called by draw-functions. */
import type { Draw } from "../draw.ts";
import type { Program, ProgramNode, ProgramStep } from "./program.ts";

/** What a program may speak of. */
export interface ProgramWorld {
  /** Functions that it may invoke; empty for none, so that no program invokes itself in the end. */
  invokable: readonly string[];
  /** Events that it may wait for. */
  awaited: readonly string[];
  /** Events that it may send, none of which leads back to it. */
  sent: readonly string[];
  /** Retries of its function. */
  retries: number;
}

const kinds = ["run", "run", "run", "sleep", "wait", "signal", "invoke", "fetch"] as const;

function drawStep(draw: Draw, id: string, world: ProgramWorld): ProgramStep {
  const kind = draw.pick(kinds);
  const base = { id, caught: draw.chance(0.5) };
  if (kind === "sleep") return { ...base, kind, seconds: draw.int(1, 40) };
  if (kind === "wait") {
    const event = draw.pick(world.awaited);
    // Who answers with an event that starts functions would never come to an end.
    return {
      ...base,
      kind,
      event,
      timeoutSeconds: draw.int(2, 90),
      isAnswered: event === "sim/go" && draw.chance(0.6),
    };
  }
  if (kind === "signal") return { ...base, kind, replaces: draw.chance(0.3), timeoutSeconds: draw.int(5, 60) };
  if (kind === "fetch") return { ...base, kind };
  if (kind === "invoke" && world.invokable.length > 0)
    return { ...base, kind, slug: draw.pick(world.invokable), timeoutSeconds: draw.int(10, 900) };
  return {
    ...base,
    kind: "run",
    ms: draw.chance(0.1) ? draw.int(20_000, 70_000) : draw.int(0, 1500),
    failures: draw.chance(0.25) ? draw.int(1, world.retries + 1) : 0,
    isFatal: draw.chance(0.1),
    sends: draw.chance(0.15) ? draw.pick(world.sent) : null,
  };
}

export function drawProgram(draw: Draw, world: ProgramWorld): Program {
  let count = 0;
  const step = (): ProgramStep => drawStep(draw, `s${++count}`, world);
  const branch = (): ProgramNode[] => Array.from({ length: draw.int(1, 2) }, step);
  const node = (): ProgramNode => {
    if (!draw.chance(0.25)) return step();
    const kind = draw.chance(0.6) ? "parallel" : "race";
    return { kind, branches: Array.from({ length: draw.int(2, 3) }, branch) };
  };
  return {
    nodes: Array.from({ length: draw.int(0, 4) }, node),
    bodyFailures: draw.chance(0.15) ? draw.int(1, world.retries + 1) : 0,
    checkpoints: draw.chance(0.3),
  };
}
