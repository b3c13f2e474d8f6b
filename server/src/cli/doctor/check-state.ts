/** Whether an engine with these settings could keep its state and listen. Checks of `stepwell doctor`. Must change nothing. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { isEngineError } from "../../domain/error.ts";
import type { SchemaStatus } from "../../ports/store-admin.ts";
import { formatBytes } from "../format/format-bytes.ts";
import type { Check, DoctorContext, Finding } from "./doctor-context.ts";
import { isLoopback, ok, problem, warning } from "./findings.ts";

export const checkSettings: Check = ({ settings, settingsError }) => {
  if (settings === null)
    return [
      problem(
        "settings",
        settingsError ?? "The settings are wrong.",
        "Correct the flag, variable or config file that it names.",
      ),
    ];
  return settings.configFile === null ? [] : [ok("settings", `The config file is ${settings.configFile}.`)];
};

/** Whether someone else could listen; the code of the error when not. */
function tryToListen(port: number, host: string): Promise<string | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? "UNKNOWN"));
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(null)));
  });
}

export const checkPort: Check = async ({ settings, engine, client }) => {
  if (settings === null || settings.port === 0) return [];
  const { port, host } = settings;
  const isEngines = isLoopback(client.url) && Number(new URL(client.url).port || "80") === port;
  // Then what is there is an engine, or was told of already.
  if (isEngines && engine.kind !== "nothing") return [];
  const code = await tryToListen(port, host);
  if (code === null) return [ok("port", `Port ${port} is free.`)];
  if (code === "EADDRINUSE")
    return [
      problem(
        "port",
        `Port ${port} is taken by another program.`,
        `Stop it, or choose another: \`npx stepwell dev --port ${port + 1}\`.`,
      ),
    ];
  const why = code === "EACCES" ? "this user may not" : code;
  return [
    problem("port", `An engine cannot listen on ${host}:${port}: ${why}.`, "Choose another with --port and --host."),
  ];
};

/** The nearest folder that exists. */
function existing(path: string): string {
  for (let at = path; ; at = dirname(at)) if (existsSync(at) || at === dirname(at)) return at;
}

function checkFolder(path: string): Finding[] {
  const place = existing(path);
  if (!statSync(place).isDirectory())
    return [problem("data", `The state cannot be kept in ${path}: ${place} is a file.`, "Name a folder with --data.")];
  try {
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
    return [];
  } catch {
    return [
      problem(
        "data",
        `The folder ${place} is not writable for this user.`,
        `Give it to the user of the engine (\`chown\`), or name another with --data.`,
      ),
    ];
  }
}

async function statusOf(
  store: NonNullable<DoctorContext["settings"]>["data"] | { uri: string; namespace: string },
): Promise<SchemaStatus> {
  const { openStoreAdmin } = await import("../../open-store.ts");
  const admin = openStoreAdmin(store ?? "");
  try {
    return await admin.status();
  } finally {
    await admin.close();
  }
}

function describe(check: string, { place, version, known, pending }: SchemaStatus): Finding {
  if (version === null) return ok(check, `${place}: no store yet. The first engine makes it.`);
  if (pending.length === 0)
    return ok(
      check,
      `${place}: version ${version}${version > known ? ", made by a newer release that this one works with" : ", up to date"}.`,
    );
  return warning(
    check,
    `${place} has version ${version} of its tables; this release has ${known}.`,
    "The next engine brings it up to date when it starts. `stepwell migrate` does it without one.",
  );
}

export const checkData: Check = async ({ settings, engine, client, cwd }) => {
  if (settings === null || settings.data === null) return [];
  const path = resolve(cwd, settings.data);
  const wrong = checkFolder(path);
  if (wrong.length > 0) return wrong;
  if (!existsSync(join(path, "stepwell.db"))) return [ok("data", `${path}: no state yet. The first engine makes it.`)];
  try {
    return [describe("data", await statusOf(path))];
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const isLocal = engine.kind === "engine" && isLoopback(client.url);
    if (error.code === "store_busy" && isLocal)
      return [ok("data", `${path} is in use, as it is by an engine that runs here.`)];
    if (error.code === "store_busy")
      return [
        problem(
          "data",
          `${path} is held by another engine.`,
          "Stop that engine, or give this one a folder of its own with --data.",
        ),
      ];
    return [
      problem(
        "data",
        error.message,
        error.code === "store_newer"
          ? "Install the newer release, or use another folder."
          : "docs/operations.md says how to restore it.",
      ),
    ];
  }
};

export const checkPostgres: Check = async ({ settings }) => {
  if (settings === null || settings.postgres === null) return [];
  const { uri, namespace } = settings.postgres;
  try {
    return [describe("postgres", await statusOf({ uri, namespace }))];
  } catch (error) {
    if (!isEngineError(error) && !(error instanceof Error)) throw error;
    const fix =
      isEngineError(error) && error.code === "store_newer"
        ? "Install the newer release of stepwell-server."
        : "Check the address, the user and its password in STEPWELL_POSTGRES_URI, and that the database takes connections from here.";
    return [problem("postgres", error.message, fix)];
  }
};

const lowBytes = 2 * 1024 ** 3;
const lowShare = 0.05;
const outBytes = 200 * 1024 ** 2;

export const checkDisk: Check = async ({ settings, cwd, freeBytes }) => {
  if (settings === null || settings.data === null) return [];
  const place = existing(resolve(cwd, settings.data));
  const room = await freeBytes(place);
  if (room === null) return [];
  const said = `${formatBytes(room.free)} of ${formatBytes(room.total)} are free where ${place} is.`;
  const fix = "Make room, or bound what is kept: --retention 30d, --max-disk 10GB.";
  if (room.free < outBytes) return [problem("disk", `The disk is full: ${said}`, fix)];
  if (room.free < lowBytes && room.free / room.total < lowShare)
    return [warning("disk", `The disk is nearly full: ${said}`, fix)];
  return [ok("disk", said)];
};
