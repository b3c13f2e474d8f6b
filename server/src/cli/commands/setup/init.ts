/** `stepwell init`: adds client, route and a first function to an app. Called by program. */
import { type Command, Option } from "commander";
import type { Framework, PlannedFile } from "../../init/project.ts";
import type { Terminal } from "../../terminal.ts";

interface InitOptions {
  framework?: Framework;
  dryRun?: boolean;
  json?: boolean;
}

const frameworks: readonly Framework[] = ["next", "hono", "express", "netlify"];
const titles = { next: "Next.js", hono: "Hono", express: "Express", netlify: "Netlify" } as const;

function renderFile({ path, action }: PlannedFile, isDry: boolean, { colors }: Terminal): string {
  if (action === "keep")
    return `${colors.yellow("=")} ${path}  ${colors.dim("stands there already, and is left as it is")}`;
  const verb = action === "create" ? "created" : "added the route to";
  const would = action === "create" ? "would create" : "would add the route to";
  return `${colors.green(action === "create" ? "+" : "~")} ${isDry ? would : verb} ${path}`;
}

export function addInitCommand(program: Command, terminal: Terminal): void {
  const summary = "add client, route and a first function to your app";
  const more =
    "For Next.js (app and pages router), Hono, Express and Netlify, in TypeScript or JavaScript; package.json tells which. It replaces no file. In Express and Hono it adds lines to the file that makes the app, or says which ones.";
  const command = program.command("init").summary(summary).description(`${summary}\n\n${more}`);
  command
    .addOption(new Option("--framework <name>", "where package.json does not tell").choices(frameworks))
    .addOption(new Option("--dry-run", "only say what would be done"))
    .addOption(new Option("--json", "print JSON"))
    .action(async (options: InitOptions) => {
      const [{ detectProject }, { carryOut, planProject }] = await Promise.all([
        import("../../init/detect-project.ts"),
        import("../../init/plan-project.ts"),
      ]);
      const { print, colors, cwd } = terminal;
      const plan = planProject(detectProject(cwd, options.framework ?? null));
      const { project, files, byHand, next } = plan;
      const isDry = options.dryRun === true;
      if (!isDry) await carryOut(plan);
      if (options.json === true) {
        const { framework, packageManager, isTypeScript } = project;
        const language = isTypeScript ? "typescript" : "javascript";
        const done = files.map(({ path, action }) => ({ path, action }));
        return print(JSON.stringify({ framework, packageManager, language, dryRun: isDry, files: done, byHand, next }));
      }
      print(
        colors.dim(
          `${titles[project.framework]}, ${project.isTypeScript ? "TypeScript" : "JavaScript"}, ${project.packageManager}`,
        ),
      );
      for (const file of files) print(renderFile(file, isDry, terminal));
      if (byHand.length > 0) {
        print(`\nThe file that makes your app was not found. Add this to it:\n`);
        for (const line of byHand) print(`  ${line}`);
      }
      print("\nNext:\n");
      for (const line of next) print(`  ${colors.cyan(line)}`);
      print(colors.dim("\nThen `stepwell run hello` runs the first function."));
    });
}
