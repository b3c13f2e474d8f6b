/** The files that `stepwell init` adds, as text. Called by plan-project. Pure. */
import { posix } from "node:path";
import type { Project } from "./project.ts";

/** Ending of files that are added. */
export function endingOf({ isTypeScript, framework }: Project): string {
  if (isTypeScript) return ".ts";
  // Netlify takes modules in any package by this ending.
  return framework === "netlify" ? ".mjs" : ".js";
}

/** How a file of the project names another one of it. Both without an ending. */
function importPath(from: string, to: string, project: Project): string {
  const path = posix.relative(posix.dirname(from), to);
  const ending = project.needsExtension
    ? project.framework === "netlify" && !project.isTypeScript
      ? ".mjs"
      : ".js"
    : "";
  return (path.startsWith(".") ? path : `./${path}`) + ending;
}

/** `import { a, b } from "c";`, or the same with `require`. */
function importLine(names: string, from: string, { isEsm }: Pick<Project, "isEsm">): string {
  return isEsm ? `import { ${names} } from "${from}";` : `const { ${names} } = require("${from}");`;
}

const exported = (name: string, { isEsm }: Project): string => (isEsm ? `export const ${name} = ` : `const ${name} = `);
const exportsLine = (names: string, { isEsm }: Project): string => (isEsm ? "" : `\nmodule.exports = { ${names} };\n`);

export function clientText(project: Project): string {
  return `/** The client: it sends events, and functions are made with it. */
${importLine("Inngest", "stepwell", project)}

${exported("inngest", project)}new Inngest({ id: "${project.appId}" });
${exportsLine("inngest", project)}`;
}

/** `path` and `client`: without their ending. */
export function functionsText(path: string, client: string, project: Project): string {
  return `/** The background functions of this app. Each is put into the list at the end. */
${importLine("inngest", importPath(path, client, project), project)}

/** Try it: \`npx stepwell run hello\`, or \`npx stepwell send app/hello --data '{"name":"Ana"}'\`. */
${exported("hello", project)}inngest.createFunction(
  { id: "hello", triggers: { event: "app/hello" } },
  async ({ event, step }) => {
    const greeting = await step.run("greet", () => \`Hello, \${event.data.name ?? "world"}!\`);
    await step.sleep("a-moment", "1s");
    return { greeting };
  },
);

${exported("functions", project)}[hello];
${exportsLine("hello, functions", project)}`;
}

/** What a file that serves the functions imports. */
export function routeImports(path: string, folder: string, project: Project): string[] {
  return [
    importLine("serve", `stepwell/${project.framework}`, project),
    importLine("inngest", importPath(path, `${folder}/client`, project), project),
    importLine("functions", importPath(path, `${folder}/functions`, project), project),
  ];
}

const served = "serve({ client: inngest, functions })";

/** What serves the functions in a file of its own. */
export const routeEndings: Record<"app" | "pages" | "netlify", string> = {
  app: `export const { GET, POST, PUT } = ${served};\n`,
  pages: `export default ${served};\n`,
  netlify: `export default ${served};\n\nexport const config = { path: "/api/inngest" };\n`,
};

/** What serves them in an app that stands in a file already. `app`: the variable that holds it. */
export const mountLines: Record<"express" | "hono", (app: string) => string> = {
  express: (app) => `${app}.use("/api/inngest", ${served});`,
  hono: (app) => `${app}.on(["GET", "POST", "PUT"], "/api/inngest", ${served});`,
};
