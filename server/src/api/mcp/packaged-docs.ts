/**
 * The pages of the documentation, as the package brings them, read when they are asked for first. Called by doc-tools. In the
 * package they lie beside the bundle, in a clone in its docs folder.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface DocPage {
  /** Its file without the ending, such as `flow-control` or `guides/fan-out`. */
  name: string;
  /** Its first heading. */
  title: string;
  text: string;
}

function docsFolder(): string {
  const isSource = import.meta.url.endsWith(".ts");
  return fileURLToPath(new URL(isSource ? "../../../../docs/" : "./docs/", import.meta.url));
}

let known: readonly DocPage[] | null = null;

/** By name. None where the package was built without them. */
export function readDocs(folder: string = docsFolder()): readonly DocPage[] {
  known ??= listPages(folder).map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return { name: file.replace(/\.md$/, ""), title: /^# (.+)$/m.exec(text)?.[1] ?? file, text };
  });
  return known;
}

function listPages(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((file) => file.replaceAll("\\", "/"))
      .filter((file) => file.endsWith(".md") && !/^(?:\.|reference\/)/.test(file))
      .sort();
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return [];
    throw error;
  }
}
