/**
 * What the apps did, one JSON line a mark, in one file for both: their order in it is the order in which they were made. Written by
 * the apps' notebooks, followed by who answers what runs ask for, read whole by who counts.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

export interface Mark {
  /** Milliseconds since 1970. */
  at: number;
  app: string;
  /** Name of the function. */
  kind: string;
  run: string;
  n: number;
  /**
   * - `called`: the function's body was entered for the first time in this process.
   * - `begin`, `end`, `failed`: of the code of a step. `memo`: the function was given the result of a step that it did not run now.
   * - `asks`, `passed`: before and after a sleep or a wait.
   */
  what: "called" | "begin" | "end" | "failed" | "memo" | "asks" | "passed";
  step?: string;
  attempt?: number;
  /** What the step gave. */
  value?: string;
  /** What it may not pass before, milliseconds after the first `asks`, or since 1970. */
  lastsMs?: number;
  until?: number;
  /** What the step, or the whole run, takes a place of, and how many there are. */
  limit?: string;
  places?: number;
  wholeRun?: boolean;
}

function parseLines(text: string): Mark[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Mark);
}

export function readJournal(path: string): Mark[] {
  return parseLines(readFileSync(path, "utf8"));
}

/** Gives what was added since it was asked last. */
export function followJournal(path: string): { next(): Mark[]; close(): void } {
  const file = openSync(path, "a+");
  const chunk = Buffer.alloc(1 << 20);
  let position = 0;
  let rest = "";
  return {
    next() {
      let text = rest;
      for (let read = -1; read !== 0; ) {
        read = readSync(file, chunk, 0, chunk.length, position);
        position += read;
        text += chunk.toString("utf8", 0, read);
      }
      const end = text.lastIndexOf("\n") + 1;
      rest = text.slice(end);
      return parseLines(text.slice(0, end));
    },
    close: () => closeSync(file),
  };
}
