/**
 * A project of somebody who uses both packages, outside the repository: the packed packages, what the pages and examples
 * import beside them, several compilers. Its folders `esm` and `cjs` hold the same programs.
 */
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { withFileLock } from "../helpers/file-lock.ts";
import { cacheFolder, installPackages, packBoth } from "../helpers/packed-sdk.ts";
import { root } from "../repo/root.ts";
import { blocksOf, jobs, toModule } from "../repo/typescript-blocks.ts";

/** Exact, so that what a cache holds is what the next machine installs. The engine's own dependencies are among them. */
const packages = {
  "typescript-5.4": "npm:typescript@5.4.5",
  "typescript-5.9": "npm:typescript@5.9.3",
  "typescript-7": "npm:typescript@7.0.2",
  "@hono/node-server": "2.1.8",
  "@opentelemetry/api": "1.10.0",
  "@photostructure/sqlite": "1.2.1",
  "@sentry/core": "10.76.2",
  "@types/express": "5.0.6",
  "@types/koa": "3.0.3",
  "@types/node": "20.19.43",
  "@types/nodemailer": "8.0.2",
  "@types/pg": "8.23.1",
  "@types/react": "19.3.0",
  express: "5.3.0",
  fastify: "5.12.8",
  h3: "2.0.8",
  hono: "4.13.19",
  koa: "3.3.0",
  nodemailer: "10.6.1",
  pg: "8.23.1",
  pino: "10.4.0",
  react: "19.3.1",
  tsx: "4.20.0",
  zod: "4.6.7",
};

export interface TypedProject {
  /** Holds `esm`, `cjs` and `node_modules` with the two packages. */
  readonly folder: string;
  /** Holds the other packages. */
  readonly dependencies: string;
}

const programs = join(root, "test/packed/programs");

/** The pages whose blocks an app could hold. */
function blocks(): { name: string; text: string }[] {
  const pages = ["README.md", "server/README.md", ...readdirSync(join(root, "docs")).map((name) => join("docs", name))];
  return pages
    .filter((page) => page.endsWith(".md"))
    .flatMap((page) =>
      blocksOf(page, "ts").map((block) => ({
        name: `${page.replaceAll(/\W+/g, "-")}-line-${block.line}.ts`,
        // Compilers that read as Node.js does want the extension.
        text: toModule(block).replace(/"(?:\.|\.\.\/inngest)\/jobs"/, '"./jobs.js"'),
      })),
    );
}

async function write(folder: string, type: "module" | "commonjs"): Promise<void> {
  await mkdir(join(folder, "pages"), { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: basename(folder), private: true, type }));
  await mkdir(join(folder, "programs"), { recursive: true });
  for (const name of readdirSync(programs)) {
    const text = readFileSync(join(programs, name), "utf8");
    await writeFile(join(folder, "programs", name), text.replaceAll(/(from "\.\/\w+)\.ts"/g, '$1.js"'));
  }
  for (const { name, text } of blocks()) await writeFile(join(folder, "pages", name), text);
  await writeFile(join(folder, "pages/jobs.ts"), jobs);
  // The examples are modules, and say so. Their tests from outside belong to this repository, and use its helpers.
  if (type === "commonjs") return;
  await cp(join(root, "examples"), join(folder, "examples"), {
    recursive: true,
    filter: (source) => !["node_modules", "dist", "e2e", ".next"].includes(basename(source)),
  });
}

/**
 * Packs, installs and writes all of it anew; what comes from the registry is kept.
 * @throws when the registry cannot be reached and nothing has been installed before.
 */
export async function makeTypedProject(): Promise<TypedProject> {
  const packed = await packBoth();
  const dependencies = join(cacheFolder, "typed");
  await mkdir(dependencies, { recursive: true });
  await withFileLock(`${dependencies}.lock`, async () => {
    await writeFile(
      join(dependencies, "package.json"),
      JSON.stringify({ name: "stepwell-test-typed", private: true, dependencies: packages }),
    );
    await installPackages(dependencies);
  });
  // Below what is installed, so that the packages find their dependencies as in any project.
  const folder = join(dependencies, basename(packed));
  await rm(folder, { recursive: true, force: true });
  for (const name of ["stepwell", "stepwell-server"]) {
    const target = join(folder, "node_modules", name);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(packed, name), target, { recursive: true });
  }
  await write(join(folder, "esm"), "module");
  await write(join(folder, "cjs"), "commonjs");
  return { folder, dependencies };
}
