/** One row: something that middleware can rely on, which both SDKs are to do. */
import { describe, test } from "vitest";
import { createStage, type HooksSdk, type Stage } from "./stage.ts";

export interface Row {
  name: string;
  /** Why only our SDK does it. */
  oursOnly?: string;
  check(stage: Stage): Promise<void>;
}

export function runRows(
  name: string,
  load: () => Promise<HooksSdk>,
  rows: Record<string, readonly Row[]>,
  isOurs: boolean,
): void {
  for (const [subject, table] of Object.entries(rows)) {
    describe(`${name}: ${subject}`, () => {
      for (const row of table) {
        const title = row.oursOnly === undefined ? row.name : `${row.name} (ours alone: ${row.oursOnly})`;
        test.skipIf(row.oursOnly !== undefined && !isOurs)(title, async () => row.check(createStage(await load())));
      }
    });
  }
}
