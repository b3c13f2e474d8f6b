/**
 * The texts of errors, as the SDK's build finds them in its sources. Bundles for browsers and the edge, in production, have a
 * link to docs/errors.md in the place of each: the build writes both, behind a constant that `package.json`'s `browser` swaps
 * (./short-texts.ts). Also read by the test that holds the page to the sources.
 */
import ts from "typescript";

/** A text, and what takes its place. */
export interface ErrorText {
  /** Where its expression begins and ends in the source. */
  start: number;
  end: number;
  /** True: it is the body of a function that puts such words together. */
  isBody?: true;
  /** As the page has it, `{…}` for what is filled in; null for words of a rule, which have no row of their own. */
  text: string | null;
  /** The source of what is filled in. */
  values: string[];
}

/** Shorter ones are no sentences: a code would be as long. */
const LEAST = 24;

/** Which argument of which function is the text of an error. `new …Error(text)` is one too. */
const MAKERS: Readonly<Record<string, number>> = { invalidOption: 0, invalid: 0, stepError: 1, unreadable: 1 };

/** Arguments that say what is allowed: docs/sdk.md and docs/flow-control.md say it too. */
const PHRASES: Readonly<Record<string, number>> = { rule: 0, report: 2 };

/** Whatever answers a request is read by people who have no such page at hand. */
const WHOLE = /\/handler\/(?!serve-options)|\/(compat|testing)\//;

/** Functions whose results are such arguments: bundlers do not see that nobody asks for them any more. */
const WORDS = /\/protocol\/option-spec\.ts$/;

/** The texts of one file, in their order. */
export function findErrorTexts(path: string, source: string): ErrorText[] {
  if (WHOLE.test(path.replaceAll("\\", "/"))) return [];
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found: ErrorText[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) && node.body && WORDS.test(path) && node.name?.text.endsWith("Text")) {
      found.push({ ...boundsOf(node.body, file), isBody: true, text: null, values: [] });
      return;
    }
    const one = ts.isCallExpression(node) || ts.isNewExpression(node) ? inCall(node, file) : null;
    if (one === null) ts.forEachChild(node, visit);
    else found.push(one);
  };
  visit(file);
  return found;
}

function inCall(node: ts.CallExpression | ts.NewExpression, file: ts.SourceFile): ErrorText | null {
  if (!ts.isIdentifier(node.expression)) return null;
  const { text: name } = node.expression;
  const at = ts.isNewExpression(node) ? (/Error$/.test(name) ? 0 : undefined) : MAKERS[name];
  const text = at === undefined ? undefined : node.arguments?.[at];
  if (text !== undefined) return toErrorText(text, file);
  const phrase = ts.isCallExpression(node) ? node.arguments[PHRASES[name] ?? -1] : undefined;
  return phrase === undefined ? null : { ...boundsOf(phrase, file), text: null, values: [] };
}

const boundsOf = (node: ts.Node, file: ts.SourceFile) => ({ start: node.getStart(file), end: node.getEnd() });

/** Null for what is put together in another place. */
function toErrorText(node: ts.Expression, file: ts.SourceFile): ErrorText | null {
  const spans = ts.isTemplateExpression(node) ? [...node.templateSpans] : [];
  const first = ts.isTemplateExpression(node) ? node.head.text : ts.isStringLiteralLike(node) ? node.text : "";
  const letters = [first, ...spans.map(({ literal }) => literal.text)].join("");
  if (letters.length < LEAST) return null;
  const text = first + spans.map(({ literal }) => `{…}${literal.text}`).join("");
  return { ...boundsOf(node, file), text, values: spans.map(({ expression }) => expression.getText(file)) };
}
