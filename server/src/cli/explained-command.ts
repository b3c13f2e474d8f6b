/** A command whose actions fail in the words of the command line, and whose children do so too. Made by the program. */
import { Command } from "commander";
import { explainError } from "./explain-error.ts";

export class ExplainedCommand extends Command {
  override createCommand(name?: string): ExplainedCommand {
    return new ExplainedCommand(name);
  }

  override action(act: Parameters<Command["action"]>[0]): this {
    return super.action(async (...given) => {
      try {
        await act.apply(this, given);
      } catch (error) {
        throw explainError(error);
      }
    });
  }
}
