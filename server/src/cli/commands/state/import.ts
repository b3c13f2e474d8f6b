/** `stepwell import`: fills an empty store from an archive of `stepwell export`. Called by program. */
import { statSync } from "node:fs";
import type { Command } from "commander";
import { readArchive, standard } from "../../archive/archive-file.ts";
import { readText } from "../../archive/archive-format.ts";
import type { Terminal } from "../../terminal.ts";
import { countMovedRows } from "./moved-rows.ts";
import { addStateOptions, withStore } from "./state-options.ts";

export function addImportCommand(program: Command, terminal: Terminal): void {
  const summary = "fill an empty store from a file of `stepwell export`";
  const more =
    "`-` is standard input. The store is made when it is missing, and is filled whole or not at all. It must be empty, and no engine may use it. Work that was under way is taken up when an engine starts. Let no engine go on with the old store: both would do the same work.";
  const command = program.command("import <file>").summary(summary).description(`${summary}\n\n${more}`);
  addStateOptions(command);
  command.option("--json", "print JSON").action(async (file: string, options: { json?: boolean }) => {
    const size = file === standard ? null : (statSync(file, { throwIfNoEntry: false })?.size ?? null);
    let read = 0;
    const moved = countMovedRows("imported", terminal, () => (size === null ? null : read / size));
    const onBytes = (bytes: number): void => {
      read += bytes;
    };
    const archive = await readText(readArchive(file, terminal.inputBytes, onBytes), moved.onRows);
    const { store, schemaVersion, engine, exportedAt } = archive.header;
    try {
      await withStore(command, terminal, (admin) => admin.restore(archive.pages));
    } finally {
      moved.end();
    }
    if (options.json === true)
      return terminal.print(JSON.stringify({ file, rows: moved.total(), store, schemaVersion, engine, exportedAt }));
    const from = file === standard ? "standard input" : file;
    terminal.print(`Imported ${moved.total()} rows from ${from}, exported at ${exportedAt}.`);
  });
}
