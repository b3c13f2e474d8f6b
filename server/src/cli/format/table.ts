/** Rows in columns, as wide as they need to be. For commands that list. Pure. */
import type { Colors } from "./colors.ts";

/** A cell: its text, and how it is painted. */
export type Cell = string | { text: string; paint: (text: string) => string };

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);

/** Lines: the head dimmed, then a row each. Rows have as many cells as the head. */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[], colors: Colors): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => textOf(row[column] ?? "").length)),
  );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map((cell, column) => {
        const isLast = column === cells.length - 1;
        const padded = isLast ? textOf(cell) : textOf(cell).padEnd(widths[column] ?? 0);
        return typeof cell === "string" ? padded : cell.paint(padded);
      })
      .join("  ")
      .trimEnd();
  return [colors.dim(line(head)), ...rows.map(line)];
}
