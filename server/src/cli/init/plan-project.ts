/** Works out what `stepwell init` adds to a project, and writes it. Called by the command. Must never replace a file. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { clientText, endingOf, functionsText, mountLines, routeEndings, routeImports } from "./file-texts.ts";
import { mountRoute } from "./mount-route.ts";
import type { Plan, PlannedFile, Project } from "./project.ts";

const installs = {
  npm: "npm install stepwell && npm install --save-dev stepwell-server",
  pnpm: "pnpm add stepwell && pnpm add --save-dev stepwell-server",
  yarn: "yarn add stepwell && yarn add --dev stepwell-server",
  bun: "bun add stepwell && bun add --dev stepwell-server",
} as const;
const runners = { npm: "npx", pnpm: "pnpm exec", yarn: "yarn", bun: "bunx" } as const;

function planned(project: Project, path: string, content: string): PlannedFile {
  const place = join(project.folder, path);
  if (!existsSync(place)) return { path, action: "create", content };
  return { path, action: "keep", content: readFileSync(place, "utf8") };
}

/** Where Netlify looks for functions. */
function netlifyFolder(folder: string): string {
  const path = join(folder, "netlify.toml");
  const toml = existsSync(path) ? readFileSync(path, "utf8") : "";
  const section = /^\[functions\][^[]*?^\s*directory\s*=\s*["']([^"']+)["']/ms.exec(toml)?.[1];
  const build = /^\[build\][^[]*?^\s*functions\s*=\s*["']([^"']+)["']/ms.exec(toml)?.[1];
  return (section ?? build ?? "netlify/functions").replace(/^\.?\/|\/$/g, "");
}

/** Where a framework that routes by files has its route, without an ending, and what stands there. */
function fileRoute(project: Project): { path: string; ending: string } {
  if (project.framework === "netlify")
    return { path: `${netlifyFolder(project.folder)}/inngest`, ending: routeEndings.netlify };
  const has = (path: string): boolean => existsSync(join(project.folder, path));
  const isPages = !has(`${project.base}app`) && has(`${project.base}pages`);
  if (isPages) return { path: `${project.base}pages/api/inngest`, ending: routeEndings.pages };
  return { path: `${project.base}app/api/inngest/route`, ending: routeEndings.app };
}

function planRoute(project: Project, folder: string): Pick<Plan, "files" | "byHand"> {
  const { framework } = project;
  if (framework === "next" || framework === "netlify") {
    const { path, ending } = fileRoute(project);
    const text = `${routeImports(path, folder, project).join("\n")}\n\n${ending}`;
    return { files: [planned(project, path + endingOf(project), text)], byHand: [] };
  }
  const { path, content, isThere } = mountRoute({ ...project, framework }, folder);
  if (path !== null) return { files: [{ path, action: isThere ? "keep" : "change", content }], byHand: [] };
  const byHand = [...routeImports(`${project.base}index`, folder, project), mountLines[framework]("app")];
  return { files: [], byHand };
}

function nextCommands({ framework, packageManager, scripts }: Project): string[] {
  const script = scripts["dev"] !== undefined ? "dev" : scripts["start"] !== undefined ? "start" : null;
  const run = runners[packageManager];
  const own = script === null ? "node ." : `${packageManager} run ${script}`;
  // Next says itself that it is in development.
  const start = framework === "next" ? own : `INNGEST_DEV=1 ${framework === "netlify" ? `${run} netlify dev` : own}`;
  const port = framework === "netlify" ? 8888 : 3000;
  return [installs[packageManager], start, `${run} stepwell dev -u http://localhost:${port}/api/inngest`];
}

export function planProject(project: Project): Plan {
  const folder = `${project.base}inngest`;
  const ending = endingOf(project);
  const route = planRoute(project, folder);
  const functions = functionsText(`${folder}/functions`, `${folder}/client`, project);
  const files = [
    planned(project, `${folder}/client${ending}`, clientText(project)),
    planned(project, `${folder}/functions${ending}`, functions),
    ...route.files,
  ];
  return { project, files, byHand: route.byHand, next: nextCommands(project) };
}

export async function carryOut({ project, files }: Plan): Promise<void> {
  for (const { path, action, content } of files) {
    if (action === "keep") continue;
    const place = join(project.folder, path);
    await mkdir(dirname(place), { recursive: true });
    // One that came to be meanwhile is not replaced.
    await writeFile(place, content, { flag: action === "create" ? "wx" : "w" });
  }
}
