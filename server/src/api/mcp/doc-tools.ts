/** Tools for the documentation that the package brings. */
import { RE2JS } from "re2js";
import { EngineError } from "../../domain/error.ts";
import { integer, object, optional, text } from "../schema/schema.ts";
import { type DocPage, readDocs } from "./packaged-docs.ts";
import { defineTool, type Tool } from "./tool.ts";

const charactersMost = 20_000;
const linesMost = 60;

function findPage(name: string): DocPage {
  const bare = name.replace(/^docs\//, "").replace(/\.md$/, "");
  const pages = readDocs();
  const page = pages.find((known) => known.name === bare);
  if (page !== undefined) return page;
  throw new EngineError(
    "invalid_request",
    `There is no page "${name}". There are: ${pages.map((known) => known.name).join(", ")}.`,
  );
}

const noPattern = (cause: unknown): EngineError =>
  new EngineError("invalid_request", "`pattern` is no regular expression that RE2 knows.", { cause });

/** @throws EngineError */
function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch (cause) {
    throw noPattern(cause);
  }
}

export const docTools: readonly Tool[] = [
  defineTool({
    name: "list_docs",
    description: "The pages of Stepwell's documentation.",
    input: object({}),
    isReadOnly: true,
    run: () => readDocs().map(({ name, title, text: page }) => ({ name, title, characters: page.length })),
  }),
  defineTool({
    name: "read_doc",
    description: "A page of Stepwell's documentation, as Markdown.",
    input: object({
      name: text({ minLength: 1, description: "As list_docs has it, such as flow-control." }),
      offset: optional(integer({ minimum: 0, description: "The character to begin at, for pages that are long." })),
    }),
    isReadOnly: true,
    run(_world, { name, offset = 0 }) {
      const { text: page } = findPage(name);
      const end = offset + charactersMost;
      return { name, text: page.slice(offset, end), nextOffset: end < page.length ? end : null };
    },
  }),
  defineTool({
    name: "grep_docs",
    description: "Lines of Stepwell's documentation that a regular expression finds, whatever their case.",
    input: object({ pattern: text({ minLength: 1, maxLength: 200, description: "Such as concurrency|throttle." }) }),
    isReadOnly: true,
    run(_world, { pattern }) {
      // Of RE2, whose time does not depend on how a pattern is written.
      const compiled = compile(pattern);
      const found = readDocs().flatMap(({ name, text: page }) =>
        page
          .split("\n")
          .map((line, index) => ({ page: name, line: index + 1, text: line }))
          .filter(({ text: line }) => compiled.matcher(line).find()),
      );
      return { lines: found.slice(0, linesMost), leftOut: Math.max(found.length - linesMost, 0) };
    },
  }),
];
