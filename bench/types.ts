/** `npm run bench:types`: how long the compiler takes for an app with 200 zod events and 100 functions. Target: 5 s. */
import { cpus } from "node:os";
import { checkSource, writeLargeApp } from "../test/helpers/large-app.ts";

const TARGET_MS = 5000;

console.log(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`);
let missed = false;
for (const style of ["EventSchemas", "eventType"] as const) {
  const { ms, instantiations, errors } = checkSource(writeLargeApp({ style, events: 200, functions: 100 }));
  missed ||= ms > TARGET_MS || errors.length > 0;
  console.log(
    `${style}: ${(ms / 1000).toFixed(1)} s, ${instantiations} instantiations, ${errors.length} errors (target: at most ${TARGET_MS / 1000} s, no error)`,
  );
}
process.exitCode = missed ? 1 : 0;
