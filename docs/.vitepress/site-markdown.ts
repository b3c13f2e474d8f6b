/**
 * What differs between the pages on GitHub and on the site. Links between files of the repository become links of the site; a
 * link to a file that is no page, such as a source file, becomes plain text. Braces in a text are not taken for Vue's.
 * Used by the site's config.
 */
import type { MarkdownRenderer } from "vitepress";
import { resolveLink } from "./site-pages.ts";

const hasScheme = /^[a-z][a-z\d+.-]*:/;

interface PageEnv {
  /** The path of the source file. */
  readonly realPath: string;
}

export function useSiteMarkdown(md: MarkdownRenderer, repository: string): void {
  useSiteLinks(md, repository);
  const text = md.renderer.rules.text;
  md.renderer.rules.text = (tokens, index, options, env, self) =>
    (text?.(tokens, index, options, env, self) ?? "").replaceAll("{{", "&#123;&#123;");
  for (const kind of ["html_inline", "html_block"]) {
    const html = md.renderer.rules[kind];
    md.renderer.rules[kind] = (tokens, index, options, env, self) => {
      const content = tokens[index]?.content ?? "";
      const isRaw = !isReference(env as Partial<PageEnv>) || /^<(?:br ?\/?|a id="[^"]+"|\/a)>$/.test(content.trim());
      return isRaw ? (html?.(tokens, index, options, env, self) ?? content) : md.utils.escapeHtml(content);
    };
  }
}

/** Docstrings write `<app>-<function>`, which is no HTML. */
const isReference = ({ realPath }: Partial<PageEnv>): boolean => realPath?.includes("/docs/reference/") === true;

/** The reference counts a class a second time when a namespace has its name, which gives no second heading. */
function withAnchor(target: string | null, anchors: ReadonlySet<string>): string | null {
  return target === null || anchors.has(target) ? target : target.replace(/(#.*)-\d+$/, "$1");
}

function useSiteLinks(md: MarkdownRenderer, repository: string): void {
  md.core.ruler.push("site-links", (state) => {
    const file = (state.env as Partial<PageEnv>).realPath?.slice(repository.length);
    if (file === undefined) return;
    const anchors = new Set(state.tokens.map((token) => `#${token.attrGet("id")}`));
    for (const { children } of state.tokens) {
      let isText = false;
      for (const token of children ?? []) {
        if (token.type === "link_close" && isText) {
          token.tag = "span";
          isText = false;
        }
        if (token.type !== "link_open") continue;
        const href = token.attrGet("href") ?? "";
        if (hasScheme.test(href) || href.startsWith("/")) continue;
        const target = file.startsWith("docs/reference/")
          ? withAnchor(resolveLink(file, href), anchors)
          : resolveLink(file, href);
        isText = target === null;
        if (target === null) {
          token.tag = "span";
          token.type = "span_open";
          token.attrs = null;
        } else token.attrSet("href", target);
      }
    }
  });
}
