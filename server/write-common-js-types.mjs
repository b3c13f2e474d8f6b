// Part of the build: the types of both formats are the same but for the names of the files that they import, and
// compiling them takes most of a build's time. So the ESM ones are compiled and these are made of them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

for (const name of readdirSync("dist").filter((file) => file.endsWith(".d.ts"))) {
  const text = readFileSync(`dist/${name}`, "utf8");
  writeFileSync(`dist/${name.slice(0, -".ts".length)}.cts`, text.replace(/(from '\.\/[^']+)\.js'/g, "$1.cjs'"));
}
