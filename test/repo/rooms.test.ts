/** The rooms of core: each is known by its arrows, its row in ARCHITECTURE.md and the header of its main file. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./root.ts";

const core = join(root, "server/src/core");
const filesMax = 20;
const rooms = readdirSync(core, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

interface Rule {
  name: string;
  to: { pathNot?: string };
}

const { forbidden } = createRequire(import.meta.url)(join(root, ".dependency-cruiser.cjs")) as { forbidden: Rule[] };
const architecture = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");

/** Room and the rooms that it imports, as ARCHITECTURE.md has them. */
const rows = new Map(
  [...architecture.matchAll(/^\| `([a-z]+)` +\|[^|]*\| ([^|]*?) *\|$/gm)].map(([, room, imports]) => [room, imports]),
);

describe("the rooms of core", () => {
  it("outside them stands the door alone", () => {
    const files = readdirSync(core).filter((name) => name.endsWith(".ts"));
    expect(files).toEqual(["create-engine.ts", "engine.ts"]);
  });

  it.each(rooms)("%s has arrows, a row that says the same, and one main file; it is no hall", (room) => {
    const rule = forbidden.find(({ name }) => name === `core-room-${room}`);
    const allowed = /\(\?:([a-z|]+)\)\/$/.exec(rule?.to.pathNot ?? "")?.[1]?.split("|") ?? [];
    const imports = allowed.filter((name) => name !== room);
    expect(allowed).toContain(room);
    expect(rows.get(room)).toBe(imports.length === 0 ? "none" : imports.map((name) => `\`${name}\``).join(" "));
    const files = readdirSync(join(core, room));
    expect(files.length).toBeLessThanOrEqual(filesMax);
    const main = files.filter((name) =>
      readFileSync(join(core, room, name), "utf8").includes(`Main file of the room \`${room}\`.`),
    );
    expect(main).toHaveLength(1);
  });
});
