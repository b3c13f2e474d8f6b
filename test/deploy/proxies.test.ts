/** packaging/deploy/nginx.conf and Caddyfile: run by nginx and Caddy before an engine, with TLS, at a name and below a path. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished, type TestContext } from "vitest";
import { endProcess } from "../helpers/end-process.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { startLocalEngine } from "../helpers/local-engine.ts";
import { root } from "../repo/root.ts";
import { debianPackage } from "./debian-tools.ts";

const run = promisify(execFile);
const signingKey = "ab".repeat(32);
const names = ["jobs.example.com", "intern.example.com"];
const given = (file: string): string => readFileSync(join(root, "packaging/deploy", file), "utf8");

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "stepwell-proxy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Answer {
  status: number;
  body: string;
  headers: Record<string, unknown>;
}

/** Asks the proxy as a browser would that took its name for this machine. */
function ask(port: number, name: string, path: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        path,
        host: "127.0.0.1",
        servername: name,
        rejectUnauthorized: false,
        method: body === undefined ? "GET" : "POST",
        headers: { host: `${name}:${port}`, authorization: `Bearer ${signingKey}`, "content-type": "application/json" },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            headers: response.headers,
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Starts a proxy, waits until it answers, and asks through it what a deployment needs. */
async function expectProxy(port: number, child: ChildProcess): Promise<void> {
  let printed = "";
  child.stderr?.on("data", (text) => {
    printed += text;
  });
  onTestFinished(() => endProcess(child, "SIGKILL"));
  await eventually(`a proxy: ${printed}`, async () =>
    child.exitCode === null ? await ask(port, "jobs.example.com", "/health") : { status: 0, body: printed },
  );
  for (const [name, below] of [
    ["jobs.example.com", ""],
    ["intern.example.com", "/jobs"],
  ] as const) {
    expect(await ask(port, name, `${below}/health`), printed).toMatchObject({ status: 200 });
    const page = await ask(port, name, `${below}/`);
    expect(page.headers["content-type"] ?? page.body).toMatch(/text\/html|application\/json/);
    const sent = await ask(port, name, `${below}/e/shop`, JSON.stringify({ name: "shop/order", data: {} }));
    expect(sent).toMatchObject({ status: 200 });
    const large = JSON.stringify({ name: "shop/order", data: { text: "x".repeat(2_000_000) } });
    expect(await ask(port, name, `${below}/e/shop`, large)).toMatchObject({ status: 200 });
    expect(JSON.parse((await ask(port, name, `${below}/v2/events`)).body).data.length).toBeGreaterThan(0);
  }
  const moved = await ask(port, "intern.example.com", "/jobs");
  expect([moved.status, String(moved.headers["location"])]).toEqual([
    expect.toBeOneOf([301, 302]),
    expect.stringMatching(/\/jobs\/$/),
  ]);
}

const startEngine = () => startLocalEngine({ mode: "start", signingKey, eventKeys: ["shop"] });

it("nginx takes TLS and both addresses to the engine", async (context: TestContext) => {
  const nginx = join(await debianPackage(context, "nginx"), "usr/sbin/nginx");
  const { server } = await startEngine();
  const [folder, port] = [scratchFolder(), await freePort()];
  for (const name of names) {
    const files = ["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.pem`)];
    await run("openssl", [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "1",
      "-subj",
      `/CN=${name}`,
      ...files,
    ]);
  }
  const conf = given("nginx.conf")
    .replaceAll("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
    .replaceAll("/etc/ssl/", `${folder}/`)
    .replaceAll("http://127.0.0.1:8288", server.url);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(" ");
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `pid ${folder}/pid; error_log stderr; daemon off; master_process off; events {}\nhttp { access_log off; ${temporary}\n${conf} }`,
  );
  await run(nginx, ["-t", "-c", file]);
  await expectProxy(port, spawn(nginx, ["-c", file], { stdio: ["ignore", "ignore", "pipe"] }));
});

it("Caddy takes TLS and both addresses to the engine", async (context: TestContext) => {
  const caddy = join(await debianPackage(context, "caddy"), "usr/bin/caddy");
  const { server } = await startEngine();
  const [folder, port] = [scratchFolder(), await freePort()];
  await run(caddy, ["validate", "--adapter", "caddyfile", "--config", join(root, "packaging/deploy/Caddyfile")]);
  const sites = names.reduce(
    (text, name) => text.replace(`${name} {`, `${name}:${port} {`),
    given("Caddyfile").replaceAll("127.0.0.1:8288", server.url.replace("http://", "")),
  );
  const file = join(folder, "Caddyfile");
  const options = `{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\tauto_https disable_redirects\n\tstorage file_system ${folder}/data\n}\n`;
  writeFileSync(file, options + sites);
  mkdirSync(join(folder, "home"));
  const env = { ...process.env, HOME: join(folder, "home") };
  const args = ["run", "--adapter", "caddyfile", "--config", file];
  await expectProxy(port, spawn(caddy, args, { env, stdio: ["ignore", "ignore", "pipe"] }));
});
