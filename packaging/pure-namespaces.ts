/**
 * esbuild writes `export * as Name` as a call that fills an object in. Bundlers cannot tell that it does nothing else, and
 * keep the object with all that is in it in every app. Here it becomes an expression that they may leave out when nobody
 * uses it. Used by the SDK's build.
 */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const FILLED_IN = /^var (\w+) = \{\};\n__export\(\1, (\{\n(?: {2}.*\n)*\})\);/gm;
const HELPER = /^(var __export = \(target, all\) => \{\n(?: {2}.*\n)*)\};/m;

/** The helper, which esbuild puts in a file of its own once two entries need it: each holds a copy, so none loads one more file. */
const IMPORTED = /^import \{\n {2}__export\n\} from "\.\/chunk-\w+\.js";\n/m;
const OWN = `var __export = (target, all) => {
  for (var name in all)
    Object.defineProperty(target, name, { get: all[name], enumerable: true });
  return target;
};
`;

/** A plugin for tsup. @throws {Error} when esbuild writes its helper in another way. */
export const pureNamespaces = {
  name: "pure-namespaces",
  renderChunk(code: string): { code: string } {
    const pure = code
      .replace(FILLED_IN, "var $1 = /* @__PURE__ */ __export({}, $2);")
      .replace(HELPER, "$1  return target;\n};")
      .replace(IMPORTED, OWN);
    if (/^__export\(/m.test(pure) || (pure.includes("var __export =") && !pure.includes("return target;"))) {
      throw new Error("esbuild writes namespaces in another way than packaging/pure-namespaces.ts knows.");
    }
    return { code: pure };
  },
};

/** Deletes the helper's own file and the imports of it: nothing uses it any more, and an app would load it for nothing. */
export async function dropHelperFile(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  const files = await Promise.all(
    names.map(async (name) => ({ name, code: await readFile(join(folder, name), "utf8") })),
  );
  const isHelper = ({ name, code }: { name: string; code: string }): boolean =>
    name.startsWith("chunk-") && /var __export\b/.test(code) && !/__export\({}/.test(code) && code.length < 600;
  const helpers = files.filter(isHelper).map(({ name }) => name.replace(".", "\\."));
  if (helpers.length === 0) return;
  const loads = new RegExp(`^import ['"]\\./(?:${helpers.join("|")})['"];\\n`, "gm");
  for (const file of files) {
    if (isHelper(file)) await rm(join(folder, file.name));
    else if (loads.test(file.code)) await writeFile(join(folder, file.name), file.code.replace(loads, ""));
  }
}
