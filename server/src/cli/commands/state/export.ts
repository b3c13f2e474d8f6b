/** `stepwell export`: writes all that a store holds into one archive. Called by program. */
import type { Command } from "commander";
import { engineVersion } from "../../../domain/version.ts";
import { standard, writeArchive } from "../../archive/archive-file.ts";
import { archiveFormat, formatVersion, toText } from "../../archive/archive-format.ts";
import type { Terminal } from "../../terminal.ts";
import { countMovedRows } from "./moved-rows.ts";
import { addStateOptions, withStore } from "./state-options.ts";

interface ExportOptions {
  force?: boolean;
  json?: boolean;
}

export function addExportCommand(program: Command, terminal: Terminal): void {
  const summary = "write all that a store holds into one file";
  const more =
    "JSON lines, for `stepwell import`. `-` is standard output; a name that ends in .gz is compressed. The file holds all data of events and runs. From Postgres it is one snapshot, and engines may go on; what they do later is not in it. A SQLite folder must not be in use: stop its engine first.";
  const command = program.command("export <file>").summary(summary).description(`${summary}\n\n${more}`);
  addStateOptions(command);
  command
    .option("--force", "replace a file that is there")
    .option("--json", "print JSON")
    .action(async (file: string, options: ExportOptions) => {
      const moved = countMovedRows("exported", terminal);
      await withStore(command, terminal, async (admin) => {
        const { store, version, known } = await admin.status();
        const header = {
          format: archiveFormat,
          formatVersion,
          store,
          schemaVersion: version ?? known,
          engine: engineVersion,
          exportedAt: new Date(terminal.now()).toISOString(),
        } as const;
        const text = toText(header, admin.dump(), moved.onRows);
        try {
          await writeArchive(file, text, { output: terminal.outputStream(), replace: options.force === true });
        } finally {
          moved.end();
        }
      });
      const done =
        options.json === true ? JSON.stringify({ file, rows: moved.total() }) : `Exported ${moved.total()} rows.`;
      if (file === standard) terminal.warn(done);
      else terminal.print(done);
    });
}
