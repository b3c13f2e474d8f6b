/** Counts what an export or import has moved, and shows it while it goes on. For the commands beside it. */
import type { OnRows } from "../../archive/archive-format.ts";
import { createProgress } from "../../create-progress.ts";
import type { Terminal } from "../../terminal.ts";

export interface MovedRows {
  onRows: OnRows;
  /** Takes the line away. */
  end(): void;
  total(): number;
}

/** `share`: how much of all has been moved, from 0 to 1. Default: nobody knows. */
export function countMovedRows(verb: string, terminal: Terminal, share?: () => number | null): MovedRows {
  const progress = createProgress({ verb, noun: "rows" }, terminal);
  let total = 0;
  return {
    onRows(table, rows) {
      total = rows;
      const known = share?.() ?? 0;
      progress.update(rows, known > 0 ? Math.round(rows / known) : null, table);
    },
    end: () => progress.end(),
    total: () => total,
  };
}
