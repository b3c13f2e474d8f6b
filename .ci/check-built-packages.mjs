// Loads what `npm run build` made as a user's Node would: every entry of both packages as ESM and as CommonJS,
// without the source condition, but for those that hold only types. Fails when the two differ in what they export, or when a built file imports
// something that the package's package.json does not bring.
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const problems = [];

for (const folder of [".", "server"]) {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  await checkEntries(manifest);
  checkImports(join(root, folder, "dist"), manifest);
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log("Every built entry loads as ESM and CommonJS, and imports only what its package brings.");

async function checkEntries(manifest) {
  for (const [path, target] of Object.entries(manifest.exports)) {
    if (path === "./package.json" || target.import.default === undefined) continue;
    const entry = manifest.name + path.slice(1);
    const asEsm = Object.keys(await import(entry)).sort();
    const asCjs = Object.keys(require(entry)).sort();
    if (asEsm.length === 0) problems.push(`${entry}: exports nothing.`);
    if (asEsm.join() !== asCjs.join()) {
      problems.push(`${entry}: exports ${asEsm.join(", ")} as ESM, but ${asCjs.join(", ")} as CommonJS.`);
    }
  }
}

function checkImports(dist, manifest) {
  const brought = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    // The page's files are for browsers, which load nothing from a package; texts in them show code with imports.
    if (!/\.(?:c?js|d\.c?ts)$/.test(file) || /^dashboard[\\/]/.test(file)) continue;
    for (const specifier of specifiersIn(readFileSync(join(dist, file), "utf8"))) {
      const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
      if (specifier.startsWith(".") || specifier.startsWith("node:") || brought.has(name)) continue;
      const hint = builtinModules.includes(name) ? "write it with node:" : "declare it, or bundle it";
      problems.push(`${manifest.name}: dist/${file} imports ${specifier}, which the package does not bring: ${hint}.`);
    }
  }
}

function specifiersIn(code) {
  const withoutComments = code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const patterns = [
    /^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*["']([^"']+)["']/gm,
    /^\s*import\s*["']([^"']+)["']/gm,
    // Not right behind a quote: there it is a text that a program writes, such as ajv's.
    /(?<!["'`])\b(?:require|import)\(\s*["']([^"']+)["']\s*\)/g,
  ];
  const found = patterns.flatMap((pattern) => [...withoutComments.matchAll(pattern)].map((match) => match[1]));
  // What a template fills in is no name.
  return found.filter((specifier) => !specifier.includes("${"));
}
