/**
 * Shows how far long work is: on a terminal a bar in one line of standard error, which goes away; elsewhere a plain line every few seconds.
 * Made by the commands that move or change many things. Must never print to standard output.
 */
import { type Progress, progressLine } from "./format/progress-bar.ts";
import type { Terminal } from "./terminal.ts";

export interface ProgressShower {
  update(done: number, total?: number | null, detail?: string): void;
  /** Takes the line away. */
  end(): void;
}

/** Between two lines, milliseconds. */
const drawEveryMs = 100;
const tellEveryMs = 5000;

export function createProgress(
  { verb, noun }: Pick<Progress, "verb" | "noun">,
  { progress, showsProgress, warn, now }: Pick<Terminal, "progress" | "showsProgress" | "warn" | "now">,
): ProgressShower {
  // Short work says nothing where nobody looks.
  let shownAt = showsProgress ? Number.NEGATIVE_INFINITY : now();
  return {
    update(done, total = null, detail = "") {
      if (now() - shownAt < (showsProgress ? drawEveryMs : tellEveryMs)) return;
      shownAt = now();
      const line = progressLine({ verb, noun, done, total, detail }, showsProgress);
      if (showsProgress) progress(line);
      else warn(line);
    },
    end: () => progress(null),
  };
}
