/** `stepwell migrate`: brings the tables of a store to this release's version, without an engine. Called by program. */
import type { Command } from "commander";
import type { SchemaStatus } from "../../../ports/store-admin.ts";
import type { Terminal } from "../../terminal.ts";
import { addStateOptions, withStore } from "./state-options.ts";

interface MigrateOptions {
  status?: boolean;
  json?: boolean;
}

const kinds = { sqlite: "SQLite, state folder", postgres: "Postgres" } as const;

function describe({ store, place, version, known, pending }: SchemaStatus): string[] {
  const where = `${kinds[store]} ${place}`;
  if (version === null) return [`${where}: no store yet. This release makes version ${known}.`];
  if (version > known) return [`${where}: version ${version}, made by a newer release that this one works with.`];
  if (pending.length === 0) return [`${where}: version ${version}, up to date.`];
  return [
    `${where}: version ${version}. This release has ${known}, and would run:`,
    ...pending.map((name) => `  ${name}`),
  ];
}

export function addMigrateCommand(program: Command, terminal: Terminal): void {
  const summary = "bring the tables of a store to this release's version, without an engine";
  const more =
    "Engines do the same when they start. Migrations only go forward, one transaction each, under a lock: of several engines and commands one does it. A SQLite folder must not be in use.";
  const command = program.command("migrate").summary(summary).description(`${summary}\n\n${more}`);
  addStateOptions(command);
  command
    .option("--status", "only say what would be done")
    .option("--json", "print JSON")
    .action(async (options: MigrateOptions) => {
      const { print } = terminal;
      await withStore(command, terminal, async (admin) => {
        const before = await admin.status();
        const ran = options.status === true ? [] : await admin.migrate();
        const after = options.status === true ? before : await admin.status();
        if (options.json === true) return print(JSON.stringify({ ...after, ran }));
        if (ran.length > 0) print(`Ran ${ran.length} migrations: ${ran.join(", ")}.`);
        for (const line of describe(after)) print(line);
      });
    });
}
