/** What `stepwell init` knows of a project, and what it is going to do to it. Types only. */

export type Framework = "next" | "hono" | "express" | "netlify";
export type PackageManager = "npm" | "pnpm" | "yarn" | "bun";

export interface Project {
  folder: string;
  /** Id of the app, from the package's name. */
  appId: string;
  framework: Framework;
  packageManager: PackageManager;
  isTypeScript: boolean;
  /** Whether modules are written with `import`. */
  isEsm: boolean;
  /** Whether imports of files of the project need an extension. */
  needsExtension: boolean;
  /** `src/`, or nothing. */
  base: string;
  /** Scripts of package.json. */
  scripts: Readonly<Record<string, string>>;
}

export interface PlannedFile {
  /** From the project's folder. */
  path: string;
  /** `keep`: it stands there already. `change`: lines are added to it. */
  action: "create" | "keep" | "change";
  /** All of it; what stands there now for one that is kept. */
  content: string;
}

export interface Plan {
  project: Project;
  files: PlannedFile[];
  /** What the user has to do by hand; empty for nothing. */
  byHand: string[];
  /** The next three commands. */
  next: string[];
}
