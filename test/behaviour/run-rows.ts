/** Runs the rows of the table in one column. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { BehaviourColumn, Row } from "./row.ts";
import { createWorld } from "./world.ts";

function isFor(row: Row, { id }: BehaviourColumn): boolean {
  return id === "scripted" ? row.scripted !== undefined : row.functions !== undefined;
}

async function runRow(row: Row, column: BehaviourColumn): Promise<void> {
  if (row.refused !== undefined) {
    await expect(
      createWorld(column, row).then(async (world) => {
        await world.close();
        return world;
      }),
    ).rejects.toThrow(row.refused);
    return;
  }
  const world = await createWorld(column, row);
  onTestFinished(() => world.close());
  await row.check?.(world);
}

/** Defines a test for each row that the column can express, and names those that it cannot, with the reason. */
export function runRows(column: BehaviourColumn, groups: Record<string, Row[]>): void {
  describe(column.name, () => {
    for (const [group, rows] of Object.entries(groups)) {
      const own = rows.filter((row) => isFor(row, column));
      if (own.length > 0)
        describe(group, () => {
          for (const row of own) {
            const reason = row.notIn?.[column.id];
            if (reason === undefined) test(row.name, () => runRow(row, column));
            // biome-ignore lint/suspicious/noSkippedTests: the list says which rows a column cannot express, and why.
            else test.skip(`${row.name} (not here: ${reason})`, () => {});
          }
        });
    }
  });
}
