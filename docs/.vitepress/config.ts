/** The documentation's site: `npm run docs` shows it, `npm run docs:build` makes it. Needs no network. */
import { defineConfig } from "vitepress";
import { toAnchor } from "./anchors.ts";
import { home } from "./home.ts";
import { sidebar } from "./sidebar.ts";
import { useSiteMarkdown } from "./site-markdown.ts";
import { repository, toSitePath } from "./site-pages.ts";

export default defineConfig({
  title: "Stepwell",
  description: "Durable background jobs for TypeScript that you host yourself.",
  lang: "en",
  srcDir: repository,
  // Everything that is no page of the site.
  srcExclude: ["README.md", "server/**", "test/**", "bench/**", "packaging/**", ".changeset/**", ".github/**"],
  rewrites: (file) => toSitePath(file) ?? file,
  cleanUrls: true,
  lastUpdated: false,
  themeConfig: {
    nav: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Guides", link: "/guides/long-ai-jobs" },
      { text: "Reference", link: "/sdk" },
    ],
    sidebar: sidebar.map(({ text, items }) => ({ text, items: [...items] })),
    outline: [2, 3],
    search: { provider: "local" },
  },
  markdown: {
    attrs: { disable: true },
    anchor: { slugify: toAnchor },
    config: (md) => useSiteMarkdown(md, repository),
  },
  // The reference of the SDK is one long page.
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  transformPageData: (page) => (page.relativePath === "index.md" ? { frontmatter: home } : undefined),
});
