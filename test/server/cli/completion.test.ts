/** Completion: what may come next, and that shells take it. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Inngest } from "stepwell";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { bundledProgram } from "../../helpers/bundled-program.ts";
import { runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let engine: StepwellServer;
let folder: string;

beforeAll(async () => {
  const client = new Inngest({ id: "shop", isDev: true, logger: silent });
  const charge = client.createFunction({ id: "charge", triggers: { event: "shop/charge" } }, () => 1);
  engine = createServer({ mode: "dev", store: null, port: 0, logger: silent, apps: [{ client, functions: [charge] }] });
  await engine.start();
  // A command of this name, as an install would make it.
  folder = mkdtempSync(join(tmpdir(), "stepwell-completion-"));
  const program = await bundledProgram("server/src/cli/main.ts");
  writeFileSync(join(folder, "stepwell"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(folder, "stepwell"), 0o755);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await engine.stop(0);
});

async function complete(...words: string[]): Promise<string[]> {
  const { out, error } = await runCommand(["complete", "--", ...words], { env: { STEPWELL_URL: engine.url } });
  expect(error).toBeNull();
  return out.split("\n").map((line) => line.split("\t")[0] ?? "");
}

describe("what may come next", () => {
  it.each([
    [["ta"], ["tail"]],
    [
      ["dead-letters", ""],
      ["list", "retry", "drop", "help"],
    ],
    [["runs", "--st"], ["--status"]],
    [["runs", "--status", "f"], ["failed"]],
    [["runs", "--url", "http://x", "--js"], ["--json"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["pause", "--function", "shop"], ["shop-charge"]],
    [["run", ""], ["shop-charge"]],
    [["invoke", "shop-c"], ["shop-charge"]],
    [["send", ""], [""]],
  ])("after %j", async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  it("is all commands but the hidden one at first, and no function when no engine answers", async () => {
    const commands = await complete("");
    expect(commands).toContain("dev");
    expect(commands).not.toContain("complete");
    const alone = await runCommand(["complete", "--", "run", ""], { env: { STEPWELL_URL: "http://127.0.0.1:1" } });
    expect([alone.error, alone.out]).toEqual([null, ""]);
  });

  it("is refused for a shell that is not known", async () => {
    expect((await runCommand(["completion", "powershell"])).err).toContain("Allowed choices are bash, zsh, fish");
  });
});

const has = (shell: string): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0;

/** What a shell prints; its server is that of this process, so it must not be waited for without a turn of the loop. */
function inShell(shell: string, script: string): string[] {
  const env = {
    ...process.env,
    PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
    STEPWELL_URL: "http://127.0.0.1:1",
  };
  return execFileSync(shell, ["-c", script], { env, encoding: "utf8" }).trim().split("\n");
}

describe("shells that are installed here", () => {
  it.skipIf(!has("bash"))("bash completes a command", () => {
    const script =
      'eval "$(stepwell completion bash)"; COMP_WORDS=(stepwell dead-letters re); COMP_CWORD=2; _stepwell; printf "%s\\n" "${COMPREPLY[@]}"; complete -p stepwell';
    expect(inShell("bash", script)).toEqual(["retry", "complete -o default -F _stepwell stepwell"]);
  });

  it.skipIf(!has("zsh"))("zsh completes a command", () => {
    const script =
      '_describe() { print -l $found }; eval "$(stepwell completion zsh)"; words=(stepwell ta); CURRENT=2; _stepwell';
    expect(inShell("zsh", script)).toEqual(["tail:show what a running engine does, as it happens"]);
  });

  it.skipIf(!has("fish"))("fish completes a command", () => {
    const script = 'stepwell completion fish | source; complete -C "stepwell ta"';
    expect(inShell("fish", script)).toEqual(["tail\tshow what a running engine does, as it happens"]);
  });
});
