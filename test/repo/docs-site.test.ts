/** The site has every page of docs/ in its sidebar, and turns the links between files into links of the site. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sidebar } from "../../docs/.vitepress/sidebar.ts";
import { repository, resolveLink, sitePages, toSitePath } from "../../docs/.vitepress/site-pages.ts";

const toLink = (file: string): string => `/${toSitePath(file)?.replace(/\.md$/, "")}`;
const inSidebar = sidebar.flatMap(({ items }) => items.map(({ link }) => link));

describe("the sidebar", () => {
  it("has every page, and each once", () => {
    const pages = sitePages().map(toLink);
    expect(pages.length).toBeGreaterThan(15);
    expect(pages.filter((link) => link !== "/index" && !inSidebar.includes(link))).toEqual([]);
    expect(inSidebar.length).toBe(new Set(inSidebar).size);
  });

  it("leads to pages that exist, or to the reference that the build makes", () => {
    const pages = sitePages().map(toLink);
    expect(inSidebar.filter((link) => !pages.includes(link) && !link.startsWith("/reference/"))).toEqual([]);
  });
});

describe("the pictures", () => {
  it("are light and dark, and have at most 200 kB each", () => {
    const folder = `${repository}docs/pictures`;
    const names = readdirSync(folder).sort();
    expect(names).toEqual(["run-dark.png", "run-light.png", "runs-dark.png", "runs-light.png"]);
    expect(names.filter((name) => statSync(`${folder}/${name}`).size > 200_000)).toEqual([]);
  });
});

describe("docs/deploying.md", () => {
  it("shows the files of packaging/deploy as they are", () => {
    const page = readFileSync(`${repository}docs/deploying.md`, "utf8");
    const files = readdirSync(`${repository}packaging/deploy`);
    expect(files.length).toBeGreaterThan(4);
    const isShown = (file: string): boolean =>
      page.includes(`\n${readFileSync(`${repository}packaging/deploy/${file}`, "utf8")}\`\`\`\n`);
    expect(files.filter((file) => !isShown(file))).toEqual([]);
  });
});

describe("a link between files", () => {
  it("leads to the page of the site, with its anchor", () => {
    expect(resolveLink("docs/sdk.md", "operations.md#rerun")).toBe("/operations#rerun");
    expect(resolveLink("docs/guides/fan-out.md", "../sdk.md")).toBe("/sdk");
    expect(resolveLink("docs/embedded.md", "../examples/embedded")).toBe("/examples/embedded");
    expect(resolveLink("examples/hello/README.md", "../../ARCHITECTURE.md")).toBe("/architecture");
    expect(resolveLink("ARCHITECTURE.md", "README.md")).toBe("/");
    expect(resolveLink("docs/sdk.md", "#steps")).toBe("#steps");
  });

  it("leads nowhere when the file is no page", () => {
    expect(resolveLink("examples/hello/README.md", "app.ts")).toBeNull();
  });
});
