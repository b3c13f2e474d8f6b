// Runs the command from its source, in a clone of the repository: a process with the flags that this needs, whose input,
// output, signals and exit code are this one's. Not part of the package.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const flags = ["--conditions=stepwell-source", "--no-warnings", "--import", import.meta.resolve("tsx")];
const child = spawn(process.execPath, [...flags, main, ...process.argv.slice(2)], { stdio: "inherit" });

// Ctrl-C reaches both by itself, and a second one would end the child at once. What is sent to this process is passed on.
process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
