/** examples/embedded in a process of its own, in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { bundledProgram } from "../helpers/bundled-program.ts";
import { eventually } from "../helpers/eventually.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

interface Program {
  child: ChildProcess;
  output(): string;
  exited: Promise<number | null>;
}

const program = await bundledProgram("examples/embedded/main.ts");

function start(folder: string, names: string[]): Program {
  const child = spawn(process.execPath, [program, ...names], { cwd: folder });
  onTestFinished(() => void child.kill("SIGKILL"));
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  const exited = once(child, "close").then(([code]) => code as number | null);
  return { child, output: () => printed, exited };
}

function mailsIn(folder: string): string[] {
  const path = join(folder, "outbox.txt");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
}

/** Without the time that is in the second one. */
const kindsOf = (mails: string[]): string[] => mails.map((mail) => mail.replace(/ since .*/, "")).sort();

const both = (name: string): string[] => [`To ${name}: Hello ${name}!`, `To ${name}: How do you like it here`];

describe("examples/embedded", () => {
  test("sends its mails, one of them at the second attempt, and ends by itself", async () => {
    const folder = await tempDirectory("embedded");
    const { output, exited } = start(folder, ["Ada", "Grace"]);
    expect(await exited, output()).toBe(0);
    expect(kindsOf(mailsIn(folder))).toEqual([...both("Ada"), ...both("Grace")].sort());
    expect(output()).toContain("the mail server does not answer; trying again");
  });

  test("goes on after a SIGKILL, and sends nothing twice", async () => {
    const folder = await tempDirectory("embedded");
    const first = start(folder, ["Ada"]);
    await eventually("the sleep", async () => first.output().includes("let-them-look-round: sleeps") || null);
    first.child.kill("SIGKILL");
    await first.exited;
    expect(kindsOf(mailsIn(folder))).toEqual(both("Ada").slice(0, 1));
    const second = start(folder, []);
    expect(await second.exited, second.output()).toBe(0);
    expect(kindsOf(mailsIn(folder))).toEqual(both("Ada"));
  });
});
