/**
 * Writes the types of a package: one file that holds the declarations, one for each entry that names what the entry
 * exports, and one, for the sub-path `declarations`, by which the compiler can name what no entry exports. So a
 * user's own declarations can be written, whatever they infer. Called by both packages' tsup.config.ts.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { collectOutputs, type DeclarationOptions, type Output, type Outputs, sharedFile } from "./collect-outputs.ts";
import { type Declared, type DeclaredUnits, findDeclaredUnits, type Target } from "./declared-units.ts";
import { emitDeclarations } from "./emit-declarations.ts";
import { printUnit } from "./print-unit.ts";

/** The file of the sub-path `declarations`. */
const namingFile = "declarations";

/** A name that is not taken: `Name`, else `Name_2` and so on. Takes it. */
function takeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
  taken.add(name);
  return name;
}

/** All targets that a file mentions and does not declare. */
function importsOf(output: Output, outputs: Outputs, units: DeclaredUnits): Set<Target> {
  const mentioned = output.declares.flatMap((declared) =>
    declared.kind === "namespace"
      ? units.exportsOf(declared.source).map(({ target }) => target)
      : outputs.referencesOf(declared).references.map(({ target }) => target),
  );
  const exported = output.exports.map(({ target }) => target);
  const own = new Set<Target>(output.declares);
  return new Set([...mentioned, ...exported].filter((target) => !own.has(target)));
}

/** The names that the things of a file have in it. Names of the runtime and of other packages are not taken. */
function nameAll(
  output: Output,
  imports: ReadonlySet<Target>,
  outputs: Outputs,
  exportedNames: ReadonlyMap<Declared, string>,
): Map<Target, string> {
  const taken = new Set(output.declares.flatMap((declared) => [...outputs.referencesOf(declared).globals]));
  const names = new Map<Target, string>();
  for (const target of imports) if (target.kind === "external") names.set(target, takeName(target.name, taken));
  for (const declared of output.declares) names.set(declared, takeName(declared.name, taken));
  for (const target of imports) {
    if (target.kind === "external") continue;
    names.set(target, takeName(exportedNames.get(target) ?? target.name, taken));
  }
  return names;
}

const renamed = (from: string, to: string): string => (from === to ? from : `${from} as ${to}`);

interface Naming {
  readonly names: ReadonlyMap<Target, string>;
  readonly exportedNames: ReadonlyMap<Declared, string>;
}

function printImports(imports: ReadonlySet<Target>, outputs: Outputs, { names, exportedNames }: Naming): string[] {
  const byModule = new Map<string, string[]>();
  for (const target of imports) {
    const module = target.kind === "external" ? target.specifier : `./${outputs.outputOf(target).file}.js`;
    const name = target.kind === "external" ? target.name : (exportedNames.get(target) ?? target.name);
    byModule.set(module, [...(byModule.get(module) ?? []), renamed(name, names.get(target) ?? name)]);
  }
  return [...byModule].map(([module, parts]) => `import { ${parts.sort().join(", ")} } from "${module}";`);
}

/** `export { … }`, with the marks of what is only a type. */
function printExports(
  exports: ReadonlyArray<{ name: string; target: Target; isTypeOnly: boolean }>,
  names: ReadonlyMap<Target, string>,
): string {
  const parts = exports.map(({ name, target, isTypeOnly }) => {
    const part = renamed(names.get(target) ?? target.name, name);
    return isTypeOnly ? `type ${part}` : part;
  });
  return `export { ${parts.sort().join(", ")} };`;
}

function printDeclared(declared: Declared, outputs: Outputs, units: DeclaredUnits, names: Naming["names"]): string {
  if (declared.kind === "namespace") {
    return `declare namespace ${names.get(declared)} {\n  ${printExports(units.exportsOf(declared.source), names)}\n}`;
  }
  return printUnit(declared, outputs.referencesOf(declared), (target) => names.get(target) ?? target.name);
}

/** What a file exports: what its entry does, and what other files need. The shared file: all that it declares. */
function exportsOf(output: Output, names: ReadonlyMap<Target, string>): Output["exports"] {
  const known = new Set(output.exports.map(({ target }) => target));
  const more = output.declares.filter((declared) => !known.has(declared));
  return [
    ...output.exports,
    ...more.map((target) => ({
      name: names.get(target) ?? target.name,
      target,
      isTypeOnly: output.file !== sharedFile,
    })),
  ];
}

/** Texts by the name of their file, without extension. */
function print(outputs: Outputs, units: DeclaredUnits): Map<string, string> {
  const exportedNames = new Map<Declared, string>();
  const texts = new Map([[namingFile, `export type * from "./${sharedFile}.js";\n`]]);
  // The shared file is the first, and imports nothing of the others, so its names are known when they need them.
  for (const output of outputs.all) {
    const imports = importsOf(output, outputs, units);
    const names = nameAll(output, imports, outputs, exportedNames);
    const exports = exportsOf(output, names);
    for (const { name, target } of exports) {
      if (target.kind !== "external" && !exportedNames.has(target)) exportedNames.set(target, name);
    }
    const parts = [
      // The compiler names things by the files that it has read, so it has to have read this one.
      ...(output.file === sharedFile ? [`import type {} from "./${namingFile}.js";`] : []),
      ...printImports(imports, outputs, { names, exportedNames }),
      ...output.declares.map((declared) => printDeclared(declared, outputs, units, names)),
      printExports(exports, names),
    ];
    texts.set(output.file, `${parts.join("\n")}\n`);
  }
  return texts;
}

/** Both formats have the same declarations; only the files that they name differ. */
export async function writeDeclarations(options: DeclarationOptions): Promise<void> {
  const units = findDeclaredUnits(emitDeclarations(Object.values(options.entries)));
  const texts = print(collectOutputs(options, units), units);
  await mkdir(options.folder, { recursive: true });
  await Promise.all(
    [...texts].flatMap(([name, text]) => [
      writeFile(join(options.folder, `${name}.d.ts`), text),
      writeFile(join(options.folder, `${name}.d.cts`), text.replace(/(from "\.\/[^"]+)\.js"/g, '$1.cjs"')),
    ]),
  );
}
