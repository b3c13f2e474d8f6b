/** docs/cli.md holds the help of every command as it is. `npx vitest run test/repo/cli-page.test.ts -u` renews it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../server/src/cli/program.ts";
import { createTestTerminal, runCommand } from "../server/cli/fake-terminal.ts";
import { root } from "./root.ts";

const path = join(root, "docs/cli.md");
const page = readFileSync(path, "utf8");

type Command = ReturnType<typeof createProgram>;

/** `$ npx stepwell dead-letters list --help` and what follows, fenced as text. */
const helpBlock = /^```text\n\$ npx stepwell( [^\n]*)?--help\n[\s\S]*?^```/gm;

async function helpOf(command: string): Promise<string> {
  const { out } = await runCommand([...command.split(" ").filter((word) => word !== ""), "--help"]);
  return `\`\`\`text\n$ npx stepwell ${command === "" ? "" : `${command} `}--help\n${out.trimEnd()}\n\`\`\``;
}

function commandsOf(command: Command, before: string[] = []): string[] {
  // What only other programs call is not shown.
  const children = command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== "help");
  return children.flatMap((child) => {
    const words = [...before, child.name()];
    return child.commands.length > 0 ? commandsOf(child, words) : [words.join(" ")];
  });
}

describe("docs/cli.md", () => {
  it("shows the help of commands as it is", async () => {
    const shown = [...page.matchAll(helpBlock)].map(([, command = ""]) => command.trim());
    const helps = new Map<string, string>();
    for (const command of shown) helps.set(command, await helpOf(command));
    const renewed = page.replace(helpBlock, (_block, command: string | undefined) => {
      return helps.get((command ?? "").trim()) ?? "";
    });
    await expect(renewed).toMatchFileSnapshot(path);
  });

  it("shows every command", () => {
    const shown = [...page.matchAll(helpBlock)].map(([, command = ""]) => command.trim());
    const all = commandsOf(createProgram(createTestTerminal())).filter((command) => command !== "version");
    expect(all.filter((command) => !shown.includes(command))).toEqual([]);
  });
});
