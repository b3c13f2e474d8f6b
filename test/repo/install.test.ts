import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageVersion } from "stepwell/protocol";
import { beforeAll, describe, expect, test } from "vitest";
import { packSdk } from "../helpers/packed-sdk.ts";
import { root } from "./root.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

interface Lockfile {
  readonly packages: Record<string, Manifest & { link?: boolean; resolved?: string }>;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), "utf8")) as T;

const sdk = readJson<Manifest>("package.json");
const engine = readJson<Manifest>("server/package.json");
const lock = readJson<Lockfile>("package-lock.json");

/** The names an install of the package brings along: its dependencies and peers that are not optional, and theirs. */
function installedWith(manifest: Manifest, seen: Set<string> = new Set()): Set<string> {
  const optionalPeers = manifest.peerDependenciesMeta ?? {};
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => optionalPeers[name]?.optional !== true);
  const names = [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.optionalDependencies ?? {}),
    ...peers,
  ];
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    const locked = lock.packages[`node_modules/${name}`];
    if (locked === undefined) throw new Error(`${name} is not in package-lock.json: run npm install.`);
    installedWith(locked, seen);
  }
  return seen;
}

/** The files of a folder, as paths from it. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => !statSync(join(folder, path)).isDirectory(),
  );

/** What `du` says of a folder: usual file systems give each file and folder whole blocks. */
function bytesOnDisk(folder: string): number {
  const blockBytes = 4096;
  const sizes = ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })].map((path) => {
    const entry = statSync(join(folder, path));
    return entry.isDirectory() ? blockBytes : entry.size;
  });
  return sizes.reduce((sum, bytes) => sum + Math.ceil(bytes / blockBytes) * blockBytes, 0);
}

describe("the SDK's install", () => {
  let packed = "";
  beforeAll(async () => {
    packed = await packSdk();
  });

  test("is at most 6 packages", () => {
    expect(1 + installedWith(sdk).size).toBeLessThanOrEqual(6);
  });

  test("is at most 2 MB on disk", () => {
    // Packages beside the SDK are not measured here, so there must be none.
    expect([...installedWith(sdk)]).toEqual([]);
    expect(filesOf(packed).length).toBeGreaterThan(100);
    expect(bytesOnDisk(packed)).toBeLessThanOrEqual(2_000_000);
  });

  test("brings what was built and the page that errors link to, and no source, test, example, dashboard or engine file", () => {
    const allowed = /^dist\/|^(?:package\.json|README\.md|LICENSE|docs\/errors\.md)$/;
    expect(filesOf(packed).filter((path) => !allowed.test(path))).toEqual([]);
  });

  test("counts a dependency's own dependencies", () => {
    const found = installedWith({
      name: "planted",
      version: "1.0.0",
      dependencies: { "@hono/node-server": "*", pino: "*" },
    });
    expect(found.size).toBeGreaterThan(6);
  });
});

describe("versions and licences", () => {
  test("the version constant is package.json's", () => {
    expect(packageVersion).toBe(sdk.version);
  });

  test("the lockfile was made from these package.json files", () => {
    expect(lock.packages[""]?.version).toBe(sdk.version);
    expect(lock.packages.server?.version).toBe(engine.version);
    expect(lock.packages.server?.dependencies).toEqual(engine.dependencies);
  });

  test("the lockfile names no registry host", () => {
    const resolved = Object.values(lock.packages).flatMap(({ resolved }) => resolved ?? []);
    expect(
      resolved.filter((address) => /^https?:/.test(address) && !address.startsWith("https://registry.npmjs.org/")),
    ).toEqual([]);
  });

  test("the lockfile knows every platform's optional packages, so that npm ci passes on each", () => {
    const known = new Set(Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, "")));
    const optional = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(optional.length).toBeGreaterThan(0);
    expect(optional.filter((name) => !known.has(name))).toEqual([]);
  });

  test("both packages carry the licence", () => {
    expect(existsSync(join(root, "LICENSE"))).toBe(true);
    expect(readFileSync(join(root, "server/LICENSE"), "utf8")).toBe(readFileSync(join(root, "LICENSE"), "utf8"));
  });
});
