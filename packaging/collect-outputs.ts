/** Which declaration stands in which file, and all that a file has to know to print it. Called by `writeDeclarations`. */
import type { Declared, DeclaredUnits, Exported, Target } from "./declared-units.ts";
import { type References, referencesOf } from "./print-unit.ts";

export interface DeclarationOptions {
  /** Sources by the name of their entry's file: `{ index: "/…/src/index.ts" }`. */
  readonly entries: Readonly<Record<string, string>>;
  /** The entry in whose file the declarations of a source stand. Undefined: in the file that all share. */
  readonly ownerOf: (source: string) => string | undefined;
  /** The folder to write into. */
  readonly folder: string;
}

/** One file to write. */
export interface Output {
  readonly file: string;
  /** What the entry exports. */
  readonly exports: readonly Exported[];
  /** Its own declarations. What entries export comes first, and keeps its name. */
  readonly declares: Declared[];
}

export interface Outputs {
  readonly all: readonly Output[];
  readonly referencesOf: (declared: Declared) => References;
  readonly outputOf: (declared: Declared) => Output;
}

export const sharedFile = "shared";

/** What a declaration refers to; of a namespace, its members. */
function read(declared: Declared, units: DeclaredUnits): References & { targets: Target[] } {
  if (declared.kind === "namespace") {
    const targets = units.exportsOf(declared.source).map(({ target }) => target);
    return { references: [], globals: new Set(), locals: new Set(), targets };
  }
  const found = referencesOf(declared, units);
  return { ...found, targets: found.references.map(({ target }) => target) };
}

/** Finds all that the exports of the entries reach. */
export function collectOutputs({ entries, ownerOf }: DeclarationOptions, units: DeclaredUnits): Outputs {
  const shared: Output = { file: sharedFile, exports: [], declares: [] };
  const outputs = new Map([[sharedFile, shared]]);
  for (const [file, source] of Object.entries(entries)) {
    outputs.set(file, { file, exports: units.exportsOf(source), declares: [] });
  }
  const outputOf = ({ source }: Declared): Output => {
    const file = ownerOf(source) ?? sharedFile;
    const output = outputs.get(file);
    if (output === undefined) throw new Error(`${source} belongs to ${file}, which is no entry.`);
    return output;
  };
  const all = [...outputs.values()];
  const known = new Map<Declared, References>();
  const waiting: Target[] = all.flatMap((output) => output.exports.map(({ target }) => target));
  // Grows while it is gone through.
  for (const target of waiting) {
    if (target.kind === "external" || known.has(target)) continue;
    const { targets, ...references } = read(target, units);
    known.set(target, references);
    outputOf(target).declares.push(target);
    waiting.push(...targets);
  }
  const referencesOfDeclared = (declared: Declared): References => {
    const found = known.get(declared);
    if (found === undefined) throw new Error(`${declared.source}: ${declared.name} is reached by no entry.`);
    return found;
  };
  return { all, outputOf, referencesOf: referencesOfDeclared };
}
