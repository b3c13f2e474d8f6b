/**
 * What happened in a simulated world, one line a happening: hashed, so that two worlds can be compared, and the last lines kept, so
 * that people can read how a violation came about. Written by all parts of a world.
 */
import { createHash } from "node:crypto";

export interface Trace {
  add(line: string): void;
  /** Over all lines so far, as hex. Ends the trace. */
  hash(): string;
  /** The last lines, oldest first. */
  tail(): string[];
  /** How many lines there were. */
  length(): number;
}

/** @param kept lines to keep. @param hear hears of each line. */
export function createTrace(kept: number, hear: (line: string) => void = () => undefined): Trace {
  const hash = createHash("sha256");
  let lines: string[] = [];
  let count = 0;
  return {
    add(line) {
      count += 1;
      hash.update(line).update("\n");
      lines.push(line);
      if (lines.length > kept * 2) lines = lines.slice(-kept);
      hear(line);
    },
    hash: () => hash.digest("hex"),
    tail: () => lines.slice(-kept),
    length: () => count,
  };
}
