/**
 * esbuild writes `export * as Name` as a call that fills an object in. Bundlers cannot tell that it does nothing else, and
 * keep the object with all that is in it in every app. Here it becomes an expression that they may leave out when nobody
 * uses it. Used by the SDK's build.
 */
const FILLED_IN = /^var (\w+) = \{\};\n__export\(\1, (\{\n(?: {2}.*\n)*\})\);/gm;
const HELPER = /^(var __export = \(target, all\) => \{\n(?: {2}.*\n)*)\};/m;

/** A plugin for tsup. @throws {Error} when esbuild writes its helper in another way. */
export const pureNamespaces = {
  name: "pure-namespaces",
  renderChunk(code: string): { code: string } {
    const pure = code
      .replace(FILLED_IN, "var $1 = /* @__PURE__ */ __export({}, $2);")
      .replace(HELPER, "$1  return target;\n};");
    if (/^__export\(/m.test(pure) || (pure.includes("var __export =") && !pure.includes("return target;"))) {
      throw new Error("esbuild writes namespaces in another way than packaging/pure-namespaces.ts knows.");
    }
    return { code: pure };
  },
};
