/** The text of one declared name under the names that its new file has for things. Called by `writeDeclarations`. */
import ts from "typescript";
import type { DeclaredUnit, DeclaredUnits, NamespaceUnit, Target } from "./declared-units.ts";

/** A piece of a declaration that names something at the top of a file: an identifier, or `namespace.Name`. */
export interface Reference {
  readonly node: ts.Node;
  readonly target: Target;
}

export interface References {
  readonly references: readonly Reference[];
  /** Names of the runtime's and the language's own things. */
  readonly globals: ReadonlySet<string>;
  /** Names that the declaration itself gives out: type parameters and the like. */
  readonly locals: ReadonlySet<string>;
}

/** Whether the identifier is a member's name, which means something only together with what stands before it. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isNamedTupleMember(parent) || ts.isParameter(parent)) return parent.name === node;
  return (ts.isTypeElement(parent) || ts.isClassElement(parent)) && parent.name === node;
}

/** What the statements of a unit refer to. */
export function referencesOf(unit: DeclaredUnit, units: DeclaredUnits): References {
  const references: Reference[] = [];
  const globals = new Set<string>();
  const locals = new Set<string>();
  const visitIdentifier = (node: ts.Identifier): void => {
    if (isMemberName(node)) return;
    const target = units.targetOf(node);
    if (target === undefined) (units.isLocal(node) ? locals : globals).add(node.text);
    else if (target.kind === "namespace") visitNamespaceMember(node, target, units, references);
    else references.push({ node, target });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportTypeNode(node)) throw new Error(`${unit.source}: ${node.getText()}: import it at the top.`);
    if (ts.isIdentifier(node)) visitIdentifier(node);
    else ts.forEachChild(node, visit);
  };
  unit.statements.forEach(visit);
  return { references, globals, locals };
}

/** `limits.Name` refers to what `Name` is in that file. */
function visitNamespaceMember(
  node: ts.Identifier,
  namespace: NamespaceUnit,
  units: DeclaredUnits,
  references: Reference[],
): void {
  const { parent } = node;
  const member = ts.isQualifiedName(parent) ? parent.right : undefined;
  if (member === undefined) {
    references.push({ node, target: namespace });
    return;
  }
  const found = units.exportsOf(namespace.source).find(({ name }) => name === member.text);
  if (found === undefined) throw new Error(`${namespace.source} exports no ${member.text}.`);
  references.push({ node: parent, target: found.target });
}

/** Where a statement starts: at the comment that documents it, when there is one. */
function startOf(statement: ts.Statement, text: string): number {
  const comment = ts.getLeadingCommentRanges(text, statement.pos)?.at(-1);
  return comment !== undefined && text.startsWith("/**", comment.pos) ? comment.pos : statement.getStart();
}

/** Also checks that no name that the declaration itself gives out hides one that it refers to. */
export function printUnit(
  unit: DeclaredUnit,
  { references, locals }: References,
  nameOf: (target: Target) => string,
): string {
  return unit.statements
    .map((statement) => {
      const { text } = statement.getSourceFile();
      const inside = references.filter(({ node }) => node.pos >= statement.pos && node.end <= statement.end);
      const edits = inside.map(({ node, target }) => {
        const name = nameOf(target);
        if (locals.has(name)) {
          throw new Error(
            `${unit.source}: in ${unit.name}, ${name} is a name of its own and an imported one. Rename it.`,
          );
        }
        return { start: node.getStart(), end: node.end, name };
      });
      const exported = (ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [])
        .filter(({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword)
        .map((modifier) => ({ start: modifier.getStart(), end: modifier.end + 1, name: "" }));
      const start = startOf(statement, text);
      return apply(text.slice(start, statement.end), [...exported, ...edits], start);
    })
    .join("\n");
}

function apply(
  text: string,
  edits: ReadonlyArray<{ start: number; end: number; name: string }>,
  offset: number,
): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((done, { start, end, name }) => done.slice(0, start - offset) + name + done.slice(end - offset), text);
}
