/** The command line `stepwell`: its commands and their help. Made by main, and by tests with a terminal of their own. */
import type { Command } from "commander";
import { engineVersion } from "../domain/version.ts";
import { addAuditCommand } from "./commands/access/audit.ts";
import { addKeysCommand } from "./commands/access/keys.ts";
import { addUsersCommand } from "./commands/access/users.ts";
import { addAlertsCommand } from "./commands/alerts/alerts.ts";
import { addFunctionsCommand } from "./commands/apps/functions.ts";
import { addSyncCommand } from "./commands/apps/sync.ts";
import { addEventsCommand } from "./commands/events/events.ts";
import { addSendCommand } from "./commands/events/send.ts";
import { addSignalCommand } from "./commands/events/signal.ts";
import { addWebhooksCommand } from "./commands/events/webhooks.ts";
import { addDeadLettersCommand } from "./commands/operate/dead-letters.ts";
import { addLimitsCommand } from "./commands/operate/limits.ts";
import { addMetricsCommand } from "./commands/operate/metrics.ts";
import { addPauseCommands } from "./commands/operate/pause.ts";
import { addSchedulesCommand } from "./commands/operate/schedules.ts";
import { addStorageCommand } from "./commands/operate/storage.ts";
import { addCancelCommand } from "./commands/runs/cancel.ts";
import { addInvokeCommand } from "./commands/runs/invoke.ts";
import { addLogsCommand } from "./commands/runs/logs.ts";
import { addRerunCommand } from "./commands/runs/rerun.ts";
import { addRunCommand } from "./commands/runs/run.ts";
import { addRunsCommand } from "./commands/runs/runs.ts";
import { addTailCommand } from "./commands/runs/tail.ts";
import { addWhyCommand } from "./commands/runs/why.ts";
import { addServeCommand } from "./commands/serve-command.ts";
import { addCompletionCommands } from "./commands/setup/completion.ts";
import { addDoctorCommand } from "./commands/setup/doctor.ts";
import { addInitCommand } from "./commands/setup/init.ts";
import { addExportCommand } from "./commands/state/export.ts";
import { addImportCommand } from "./commands/state/import.ts";
import { addMigrateCommand } from "./commands/state/migrate.ts";
import { explainForeignFlag } from "./config/flags.ts";
import { ExplainedCommand } from "./explained-command.ts";
import type { Terminal } from "./terminal.ts";

/** Says more about a flag that Inngest's servers have and this one has not. */
function withHint(message: string): string {
  const name = /unknown option '--([a-z-]+)/.exec(message)?.[1];
  const hint = name === undefined ? null : explainForeignFlag(name);
  return hint === null ? message : `error: ${hint}\n`;
}

/** @param name the command that was called, as its help and usage show it. */
export function createProgram(terminal: Terminal, name = "stepwell"): Command {
  const program = new ExplainedCommand(name);
  program
    .description("Durable background jobs for TypeScript: the engine and its tools.")
    .version(engineVersion, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .showHelpAfterError("(--help shows what there is)")
    .configureHelp({ sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => terminal.print(text.replace(/\n$/, "")),
      writeErr: (text) => terminal.warn(text.replace(/\n$/, "")),
      outputError: (text, write) => write(terminal.colors.red(withHint(text))),
    })
    .exitOverride();
  addServeCommand(program, "dev", terminal);
  addServeCommand(program, "start", terminal);
  addSendCommand(program, terminal);
  addInvokeCommand(program, terminal);
  addRunsCommand(program, terminal);
  addRunCommand(program, terminal);
  addTailCommand(program, terminal);
  addLogsCommand(program, terminal);
  addCancelCommand(program, terminal);
  addRerunCommand(program, terminal);
  addWhyCommand(program, terminal);
  addDeadLettersCommand(program, terminal);
  addPauseCommands(program, terminal);
  addLimitsCommand(program, terminal);
  addSchedulesCommand(program, terminal);
  addSignalCommand(program, terminal);
  addEventsCommand(program, terminal);
  addWebhooksCommand(program, terminal);
  addFunctionsCommand(program, terminal);
  addSyncCommand(program, terminal);
  addMetricsCommand(program, terminal);
  addAlertsCommand(program, terminal);
  addStorageCommand(program, terminal);
  addKeysCommand(program, terminal);
  addUsersCommand(program, terminal);
  addAuditCommand(program, terminal);
  addInitCommand(program, terminal);
  addDoctorCommand(program, terminal);
  addCompletionCommands(program, terminal);
  addMigrateCommand(program, terminal);
  addExportCommand(program, terminal);
  addImportCommand(program, terminal);
  program
    .command("version")
    .description("print the version")
    .action(() => terminal.print(engineVersion));
  return program;
}
