/**
 * What a set of declarations declares, name by name, and what each identifier in them means.
 * Called by `writeDeclarations`.
 */
import ts from "typescript";
import type { EmittedDeclarations } from "./emit-declarations.ts";

/** A name that a file declares, with all statements that declare it: overloads, or a class and its namespace. */
export interface DeclaredUnit {
  readonly kind: "unit";
  readonly source: string;
  readonly name: string;
  readonly statements: readonly ts.Statement[];
}

/** A whole file under one name: `import * as Name`. */
export interface NamespaceUnit {
  readonly kind: "namespace";
  readonly source: string;
  readonly name: string;
}

/** A name of another package. */
export interface ExternalName {
  readonly kind: "external";
  readonly specifier: string;
  readonly name: string;
}

/** What stands in one of the package's own files. */
export type Declared = DeclaredUnit | NamespaceUnit;

export type Target = Declared | ExternalName;

export interface Exported {
  readonly name: string;
  readonly target: Target;
  /** Whether somewhere on its way out it was marked as a type. */
  readonly isTypeOnly: boolean;
}

export interface DeclaredUnits {
  /** Undefined for what is global, or declared within a statement. */
  targetOf(identifier: ts.Identifier): Target | undefined;
  /** Whether the name is declared within the statement that holds it, such as a type parameter. */
  isLocal(identifier: ts.Identifier): boolean;
  exportsOf(source: string): Exported[];
}

/** Internal to the compiler, but there in every version that has `transpileDeclaration`. */
interface AliasSteps {
  getImmediateAliasedSymbol(symbol: ts.Symbol): ts.Symbol | undefined;
}

/** The statement at the top of a file that a declaration belongs to. */
function topStatementOf(declaration: ts.Node): ts.Statement | undefined {
  const holder = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.isSourceFile(holder.parent) ? (holder as ts.Statement) : undefined;
}

function moduleSpecifierOf(declaration: ts.Node): ts.Expression | undefined {
  if (ts.isImportSpecifier(declaration)) return declaration.parent.parent.parent.moduleSpecifier;
  if (ts.isNamespaceImport(declaration)) return declaration.parent.parent.moduleSpecifier;
  if (ts.isExportSpecifier(declaration)) return declaration.parent.parent.moduleSpecifier;
  return undefined;
}

function isMarkedAsType(declaration: ts.Node): boolean {
  if (ts.isImportSpecifier(declaration)) return declaration.isTypeOnly || declaration.parent.parent.isTypeOnly;
  if (ts.isExportSpecifier(declaration)) return declaration.isTypeOnly || declaration.parent.parent.isTypeOnly;
  if (ts.isNamespaceImport(declaration)) return declaration.parent.isTypeOnly;
  return false;
}

/** The name of another package that an import stands for. */
function externalOf(declaration: ts.Node): ExternalName | undefined {
  const specifier = moduleSpecifierOf(declaration);
  if (specifier === undefined || !ts.isStringLiteral(specifier) || specifier.text.startsWith(".")) return undefined;
  if (!ts.isImportSpecifier(declaration) && !ts.isExportSpecifier(declaration)) {
    throw new Error(`${declaration.getText()}: import names of other packages one by one.`);
  }
  return { kind: "external", specifier: specifier.text, name: (declaration.propertyName ?? declaration.name).text };
}

export function findDeclaredUnits({ files, checker }: EmittedDeclarations): DeclaredUnits {
  const sources = new Map([...files].map(([source, file]) => [file, source]));
  const units = new Map<ts.Symbol, DeclaredUnit>();
  const namespaces = new Map<string, NamespaceUnit>();
  const externals = new Map<string, ExternalName>();
  const steps = checker as unknown as AliasSteps;

  function unitOf(symbol: ts.Symbol): DeclaredUnit | undefined {
    const known = units.get(symbol);
    if (known !== undefined) return known;
    const statements = (symbol.declarations ?? []).flatMap((declaration) => topStatementOf(declaration) ?? []);
    const source = statements[0] && sources.get(statements[0].getSourceFile());
    if (source === undefined) return undefined;
    const unit: DeclaredUnit = { kind: "unit", source, name: symbol.name, statements };
    units.set(symbol, unit);
    return unit;
  }

  /** One object for each name, so that it can be a key. */
  function shared(external: ExternalName): ExternalName {
    const key = `${external.specifier} ${external.name}`;
    const known = externals.get(key) ?? external;
    externals.set(key, known);
    return known;
  }

  function namespaceOf(file: ts.SourceFile, name: string): NamespaceUnit {
    const source = sources.get(file) ?? file.fileName;
    const known = namespaces.get(source) ?? { kind: "namespace", source, name };
    namespaces.set(source, known);
    return known;
  }

  /** Follows a symbol through imports and exports to where it is declared. */
  function resolve(symbol: ts.Symbol): { target: Target | undefined; isTypeOnly: boolean } {
    let isTypeOnly = false;
    for (let current: ts.Symbol | undefined = symbol, name = symbol.name; current !== undefined; ) {
      const [declaration] = current.declarations ?? [];
      if (declaration === undefined) break;
      if (ts.isSourceFile(declaration)) return { target: namespaceOf(declaration, name), isTypeOnly };
      if ((current.flags & ts.SymbolFlags.Alias) === 0) return { target: unitOf(current), isTypeOnly };
      isTypeOnly ||= isMarkedAsType(declaration);
      const external = externalOf(declaration);
      if (external !== undefined) return { target: shared(external), isTypeOnly };
      name = current.name;
      current = steps.getImmediateAliasedSymbol(current);
    }
    return { target: undefined, isTypeOnly };
  }

  return {
    targetOf: (identifier) => {
      const symbol = checker.getSymbolAtLocation(identifier);
      return symbol && resolve(symbol).target;
    },
    isLocal: (identifier) => {
      const symbol = checker.getSymbolAtLocation(identifier);
      return symbol !== undefined && resolve(symbol).target === undefined;
    },
    exportsOf: (source) => {
      const file = files.get(source);
      const module = file && checker.getSymbolAtLocation(file);
      if (module === undefined) throw new Error(`${source} exports nothing.`);
      return checker.getExportsOfModule(module).map((symbol) => {
        const { target, isTypeOnly } = resolve(symbol);
        if (target === undefined) throw new Error(`${source}: ${symbol.name} leads nowhere.`);
        return { name: symbol.name, target, isTypeOnly };
      });
    },
  };
}
