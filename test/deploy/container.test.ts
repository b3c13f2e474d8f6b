/**
 * packaging/deploy/Dockerfile and compose.yaml. No Docker engine runs in CI, so the steps of the Dockerfile are done by hand in a
 * clean Debian made by debootstrap, as its user, with the packed engine. Needs root.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished, type TestContext } from "vitest";
import { endProcess } from "../helpers/end-process.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { packBoth } from "../helpers/packed-sdk.ts";
import { root } from "../repo/root.ts";
import { debianPackage } from "./debian-tools.ts";
import { environmentOf, type Instruction, parseDockerfile, problemsOf } from "./dockerfile.ts";

const run = promisify(execFile);
const given = (file: string): string => readFileSync(join(root, "packaging/deploy", file), "utf8");
const signingKey = "cd".repeat(32);

/** What the image `node:…-slim` has: Debian, Node.js with npm, and the user `node` with the number 1000. */
async function makeImage(context: TestContext): Promise<string> {
  if (process.getuid?.() !== 0) context.skip("a clean root can only be made by root");
  const debootstrap = await debianPackage(context, "debootstrap");
  const image = mkdtempSync(join(tmpdir(), "stepwell-image-"));
  onTestFinished(() => rmSync(image, { recursive: true, force: true, maxRetries: 5 }));
  // A temporary folder is its owner's alone, and this one is the root of another user.
  chmodSync(image, 0o755);
  const args = ["--variant=minbase", "bookworm", image, "http://deb.debian.org/debian"];
  await run(join(debootstrap, "usr/sbin/debootstrap"), args, {
    env: { ...process.env, DEBOOTSTRAP_DIR: join(debootstrap, "usr/share/debootstrap") },
    maxBuffer: 64 * 1024 * 1024,
  });
  const node = dirname(dirname(process.execPath));
  mkdirSync(join(image, "usr/local/bin"), { recursive: true });
  cpSync(process.execPath, join(image, "usr/local/bin/node"));
  cpSync(join(node, "lib/node_modules/npm"), join(image, "usr/local/lib/node_modules/npm"), { recursive: true });
  writeFileSync(
    join(image, "usr/local/bin/npm"),
    '#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n',
    { mode: 0o755 },
  );
  await run("chroot", [image, "useradd", "--uid", "1000", "--create-home", "node"]);
  // The way to the registry is the machine's, as it is Docker's.
  for (const file of ["/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt"]) {
    mkdirSync(join(image, dirname(file)), { recursive: true });
    cpSync(file, join(image, file), { dereference: true });
  }
  return image;
}

const certificates = { NODE_EXTRA_CA_CERTS: "/etc/ssl/certs/ca-certificates.crt" };
const path = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

/** Does what RUN, WORKDIR and USER say. Resolves with how the container's own process would be started. */
async function build(image: string, instructions: readonly Instruction[], packages: string) {
  let [folder, user] = ["/", "root"];
  for (const { name, text } of instructions) {
    if (name === "USER") user = text;
    if (name === "WORKDIR") {
      folder = text;
      mkdirSync(join(image, folder), { recursive: true });
    }
    if (name !== "RUN") continue;
    const env = { ...path, ...certificates, PACKAGES: packages, HOME: "/root" };
    const command = ["chroot", image, "sh", "-ec", `cd ${folder}; ${text}`];
    await run(command[0] ?? "", command.slice(1), { env, maxBuffer: 64 * 1024 * 1024 });
  }
  return (list: readonly string[]): string[] => [
    "--userspec",
    `${user}:${user}`,
    image,
    "sh",
    "-c",
    `cd ${folder}; exec "$0" "$@"`,
    ...list,
  ];
}

const listOf = (instructions: readonly Instruction[], name: string): string[] => {
  const text = instructions.find((one) => one.name === name)?.text ?? "";
  return JSON.parse(text.slice(text.indexOf("["))) as string[];
};

it("the Dockerfile makes an image in which the engine runs as its user, answers and stops", async (context) => {
  const instructions = parseDockerfile(given("Dockerfile"));
  expect(problemsOf(instructions)).toEqual([]);
  const image = await makeImage(context);
  mkdirSync(join(image, "tmp/packed"), { recursive: true });
  const packed = await packBoth();
  const tarballs = ["stepwell", "stepwell-server"].map((name) => {
    cpSync(join(packed, `${name}.tgz`), join(image, `tmp/packed/${name}.tgz`));
    return `/tmp/packed/${name}.tgz`;
  });
  const inside = await build(image, instructions, tarballs.join(" "));
  const port = await freePort();
  const keys = { INNGEST_SIGNING_KEY: signingKey, INNGEST_EVENT_KEY: "shop", STEPWELL_PORT: String(port) };
  const env = { ...path, ...environmentOf(instructions), ...keys, HOME: "/home/node" };
  const child: ChildProcess = spawn("chroot", inside(listOf(instructions, "CMD")), {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (text) => {
      printed += text;
    });
  onTestFinished(() => endProcess(child, "SIGKILL"));
  const health = listOf(instructions, "HEALTHCHECK").map((word) => word.replace(":8288", `:${port}`));
  const isHealthy = (): Promise<boolean> =>
    run("chroot", inside(health), { env }).then(
      () => true,
      () => false,
    );
  await eventually("a healthy engine, or its end", async () =>
    child.exitCode !== null || (await isHealthy()) ? true : null,
  );
  expect(child.exitCode, `the engine ended: ${printed}`).toBeNull();
  const answer = await fetch(`http://127.0.0.1:${port}/e/shop`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"name":"shop/order"}',
  });
  expect(answer.status).toBe(200);
  const state = statSync(join(image, "var/lib/stepwell/stepwell.db"));
  expect([state.uid, state.mode & 0o077]).toEqual([1000, 0]);
  await endProcess(child, "SIGTERM");
  expect(child.exitCode, printed).toBe(0);
  expect(await isHealthy()).toBe(false);
});

interface Compose {
  services: Record<string, { environment: Record<string, string>; depends_on?: object; volumes?: string[] }>;
  volumes: Record<string, unknown>;
}

it("the compose file names services, volumes and variables that there are", () => {
  const { parse } = createRequire(join(root, "server/package.json"))("yaml") as { parse(text: string): Compose };
  const compose = parse(given("compose.yaml"));
  const services = Object.entries(compose.services);
  expect(services.map(([name]) => name)).toEqual(["engine", "postgres"]);
  for (const [, { depends_on, volumes }] of services) {
    expect(Object.keys(depends_on ?? {}).filter((name) => !(name in compose.services))).toEqual([]);
    const named = (volumes ?? []).map((volume) => volume.split(":")[0] ?? "");
    expect(named.filter((name) => !name.startsWith(".") && !(name in compose.volumes))).toEqual([]);
  }
  const engine = compose.services["engine"]?.environment ?? {};
  const database = compose.services["postgres"]?.environment ?? {};
  const uri = new URL((engine["STEPWELL_POSTGRES_URI"] ?? "").replaceAll(/\$\{[^}]*\}/g, "secret"));
  expect([uri.username, uri.hostname, uri.pathname.slice(1)]).toEqual([
    database["POSTGRES_USER"],
    "postgres",
    database["POSTGRES_DB"],
  ]);
});
