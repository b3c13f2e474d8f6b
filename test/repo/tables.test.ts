/** Tables that must be complete: the compiler refuses them when an entry is gone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createProgram, diagnosticsOf } from "./compiler.ts";
import { root } from "./root.ts";

/** File, and an entry that is taken out of its table. */
const entries: readonly [path: string, entry: RegExp][] = [
  ["src/steps/create-step-tools.ts", /^ +sleepUntil: tool\(.*\n/m],
  ["server/src/core/ops/table.ts", /^ +Sleep: sleep,\n/m],
  ["server/src/core/items/handlers.ts", /^ +wake: wakeRun,\n/m],
  ["server/src/domain/queue/queue-codec.ts", /^ +cron: \{ write.*\n/m],
  ["server/src/core/operate/bulk-batches.ts", /^ +rerun: .*\n/m],
];

test("a table from which an entry was taken does not compile", () => {
  const without = new Map(
    entries.map(([path, entry]) => {
      const source = readFileSync(join(root, path), "utf8");
      expect(source).toMatch(entry);
      return [join(root, path), source.replace(entry, "")];
    }),
  );
  const program = createProgram([], without);
  for (const path of without.keys()) {
    const told = diagnosticsOf(program, path).map(({ messageText }) =>
      typeof messageText === "string" ? messageText : messageText.messageText,
    );
    expect(told.join("\n")).toMatch(/Property '\w+' is missing in type/);
  }
});
