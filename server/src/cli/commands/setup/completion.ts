/** `stepwell completion`, which prints what a shell reads, and the hidden `complete`, which that asks. Called by program. */
import { Argument, type Command } from "commander";
import type { Terminal } from "../../terminal.ts";
import { clientOf } from "../client-options.ts";

const shells = ["bash", "zsh", "fish"] as const;
/** Nobody waits longer at a prompt. */
const patienceMs = 1000;

async function functionNames(terminal: Terminal): Promise<readonly string[]> {
  try {
    const { engine } = clientOf({}, terminal);
    const functions = await engine.functions.list({ signal: AbortSignal.timeout(patienceMs) });
    return functions.map(({ slug }) => slug);
  } catch {
    return [];
  }
}

export function addCompletionCommands(program: Command, terminal: Terminal): void {
  const summary = "print what bash, zsh or fish needs to complete commands";
  const more =
    'In bash and zsh: eval "$(stepwell completion bash)" in ~/.bashrc or ~/.zshrc. In fish: stepwell completion fish > ~/.config/fish/completions/stepwell.fish. Options, commands and the functions of the running engine are completed.';
  program
    .command("completion")
    .summary(summary)
    .description(`${summary}\n\n${more}`)
    .addArgument(new Argument("<shell>", "which one").choices(shells))
    .action(async (shell: (typeof shells)[number]) => {
      const { shellScripts } = await import("../../completion/shell-scripts.ts");
      terminal.print(shellScripts[shell]);
    });
  program
    .command("complete [words...]", { hidden: true })
    .description("say what may come next, a line each")
    .action(async (words: string[]) => {
      const { candidates } = await import("../../completion/candidates.ts");
      const found = await candidates(program, words, () => functionNames(terminal));
      for (const { value, about } of found) terminal.print(about === "" ? value : `${value}\t${about}`);
    });
}
