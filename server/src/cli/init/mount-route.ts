/** Adds the route to an Express or Hono app that stands in a file. Called by plan-project. Must never take a line away. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mountLines, routeImports } from "./file-texts.ts";
import type { Project } from "./project.ts";

const folders = ["src/", ""];
const names = ["index", "app", "server", "main"];
const endings = [".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs"];

/** A line that makes the app, alone on its line: nothing else is touched. */
const makers: Record<"express" | "hono", RegExp> = {
  express: /^(?:export )?(?:const|let|var) (\w+)(?:\s*:[^=]+)? = express\(\);?\s*$/,
  hono: /^(?:export )?(?:const|let|var) (\w+)(?:\s*:[^=]+)? = new (?:Hono|OpenAPIHono)(?:<.*>)?\([^.]*\);?\s*$/,
};

/** Ends of imports, on one line or on several. */
const importEnd = /^(?:import\b.*["'];?|\} from ["'].*["'];?|(?:const|let|var) .* = require\(.*\);?)\s*$/;

export interface Mounted {
  /** Null when no file was found to which it can be added. */
  path: string | null;
  content: string;
  /** Whether it was there before. */
  isThere: boolean;
}

/** Files in which the app may be made, those that the scripts name first. */
function candidates({ scripts, folder }: Project): string[] {
  const named = Object.values(scripts).flatMap((script) => script.match(/[\w./-]+\.[mc]?[jt]sx?\b/g) ?? []);
  const usual = folders.flatMap((place) => names.flatMap((name) => endings.map((ending) => place + name + ending)));
  const all = [...named.map((path) => path.replace(/^\.\//, "")), ...usual];
  return [...new Set(all)].filter((path) => existsSync(join(folder, path)));
}

/** `folder`: where client and functions are, from the project's. */
export function mountRoute(project: Project & { framework: "express" | "hono" }, folder: string): Mounted {
  for (const path of candidates(project)) {
    const content = readFileSync(join(project.folder, path), "utf8");
    const newline = content.includes("\r\n") ? "\r\n" : "\n";
    const lines = content.split(/\r?\n/);
    const made = lines.findIndex((line) => makers[project.framework].test(line));
    const app = makers[project.framework].exec(lines[made] ?? "")?.[1];
    if (app === undefined) continue;
    if (/["']stepwell\/|["']\/api\/inngest["']/.test(content)) return { path, content, isThere: true };
    const lastImport = lines.slice(0, made).findLastIndex((line) => importEnd.test(line));
    const isEsm = project.isTypeScript || lines.some((line) => /^import\b/.test(line));
    const imports = routeImports(path.replace(/\.\w+$/, ""), folder, { ...project, isEsm });
    const changed = [
      ...lines.slice(0, lastImport + 1),
      ...imports,
      ...lines.slice(lastImport + 1, made + 1),
      mountLines[project.framework](app),
      ...lines.slice(made + 1),
    ];
    return { path, content: changed.join(newline), isThere: false };
  }
  return { path: null, content: "", isThere: false };
}
