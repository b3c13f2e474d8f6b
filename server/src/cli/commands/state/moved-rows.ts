/** Counts what an export or import has moved, and shows it while it goes on. For the commands beside it. */
import type { OnRows } from "../../archive/archive-format.ts";
import type { Terminal } from "../../terminal.ts";

/** Between two lines, milliseconds. */
const everyMs = 250;

export interface MovedRows {
  onRows: OnRows;
  /** Takes the line away. */
  end(): void;
  total(): number;
}

export function countMovedRows(verb: string, { progress, now }: Pick<Terminal, "progress" | "now">): MovedRows {
  let shownAt = 0;
  let total = 0;
  return {
    onRows(table, rows) {
      total = rows;
      if (now() - shownAt < everyMs) return;
      shownAt = now();
      progress(`${verb} ${rows} rows … ${table}`);
    },
    end: () => progress(null),
    total: () => total,
  };
}
