/** Whether an engine answers, may be asked, and has the right time. Checks of `stepwell doctor`. */
import { limits } from "stepwell/protocol";
import { hashSigningKey } from "stepwell/signing";
import { isEngineApiError } from "../../client/engine-api-error.ts";
import { engineVersion } from "../../domain/version.ts";
import { formatDuration } from "../format/format-duration.ts";
import type { Check, Finding } from "./doctor-context.ts";
import { ok, problem, warning } from "./findings.ts";

const kinds = { dev: "dev mode", cloud: "start mode" } as const;

export const checkEngine: Check = async ({ client, engine }) => {
  const { url } = client;
  if (engine.kind === "nothing")
    return [
      problem(
        "engine",
        `No engine answers at ${url}.`,
        "Start one: `npx stepwell dev`, or `npx stepwell start` for production. If it runs elsewhere, say where: --url, or STEPWELL_URL.",
      ),
    ];
  if (engine.kind === "other") {
    const port = new URL(url).port || "80";
    return [
      problem(
        "engine",
        `Port ${port} is taken: what answers at ${url} is no Stepwell engine (${engine.said}).`,
        `Stop that program, or start the engine on another port: \`npx stepwell dev --port ${Number(port) + 1}\`, and set STEPWELL_URL and INNGEST_BASE_URL to it.`,
      ),
    ];
  }
  const { version, kind } = engine.session;
  const found = [ok("engine", `stepwell-server ${version} in ${kinds[kind]} answers at ${url}.`)];
  if (version !== engineVersion)
    found.push(
      warning(
        "engine",
        `The engine is version ${version}, this command line ${engineVersion}.`,
        "Install the same version in both places: `npm install stepwell-server@latest`.",
      ),
    );
  return [...found, ...(await checkHealth(client))];
};

/** Whether the engine's records are whole. */
async function checkHealth({ get }: { get<T>(path: string): Promise<T> }): Promise<Finding[]> {
  try {
    await get("/v2/health");
    return [];
  } catch (error) {
    if (!isEngineApiError(error)) throw error;
    return [
      problem("engine", `The engine is not well: ${error.message}`, "docs/operations.md says how to restore it."),
    ];
  }
}

export const checkAccess: Check = ({ engine, client }) => {
  if (engine.kind !== "engine" || !engine.session.required) return [];
  if (engine.apps !== null) return [ok("access", "The engine lets this command line in.")];
  return [
    problem(
      "access",
      `The engine at ${client.url} does not let this command line in: no key was given, or one that it does not know. What it knows of apps cannot be looked at.`,
      "Give --api-key or STEPWELL_API_KEY (`stepwell keys create` makes one), or the engine's signing key by INNGEST_SIGNING_KEY.",
    ),
  ];
};

async function isHashable(key: string): Promise<boolean> {
  return hashSigningKey(key).then(
    () => true,
    () => false,
  );
}

/** Whether the key that is set here is the engine's. */
export const checkSigningKey: Check = async ({ engine, client, signingKey }) => {
  if (engine.kind !== "engine" || engine.session.kind !== "cloud") return [];
  const fix = "Set INNGEST_SIGNING_KEY to the same key for the engine and for all of its apps, and restart them.";
  if (signingKey === null) return [warning("signing key", "INNGEST_SIGNING_KEY is not set here.", fix)];
  if (!(await isHashable(signingKey)))
    return [
      problem(
        "signing key",
        "INNGEST_SIGNING_KEY is no signing key: expected an even number of hexadecimal digits, after a prefix like signkey-prod-.",
        fix,
      ),
    ];
  const response = await fetch(`${client.url}/v2/engine`, {
    headers: { authorization: `Bearer ${await hashSigningKey(signingKey)}` },
  });
  if (response.status !== 401) return [ok("signing key", "The signing key is the engine's.")];
  return [
    problem(
      "signing key",
      "INNGEST_SIGNING_KEY is not the engine's: apps that have it refuse the engine's calls.",
      fix,
    ),
  ];
};

/** Sends no event: the engine looks at the key first. */
export const checkEventKey: Check = async ({ engine, client, eventKey }) => {
  if (engine.kind !== "engine" || engine.session.kind !== "cloud") return [];
  const fix =
    "Set INNGEST_EVENT_KEY to one that the engine was started with, or make one: `stepwell keys create --kind event`.";
  if (eventKey === null)
    return [warning("event key", "INNGEST_EVENT_KEY is not set here: apps without it cannot send events.", fix)];
  const response = await fetch(`${client.url}/e/${encodeURIComponent(eventKey)}`, { method: "POST", body: "[]" });
  if (response.status !== 401) return [ok("event key", "The engine takes events with this event key.")];
  return [problem("event key", "INNGEST_EVENT_KEY is none of the engine's: events are refused.", fix)];
};

const skewWarningMs = 30_000;

function skewOf(whose: string, aheadMs: number | null): Finding[] {
  if (aheadMs === null) return [];
  const skew = Math.abs(aheadMs);
  if (skew < skewWarningMs) return [];
  const which = `The clock of ${whose} is ${formatDuration(skew)} ${aheadMs > 0 ? "ahead of" : "behind"} the one here.`;
  const fix = "Set both clocks by a time server (`timedatectl set-ntp true`).";
  if (skew < limits.signatureAgeMs) return [warning("clock", which, fix)];
  return [problem("clock", `${which} Signatures are refused beyond ${formatDuration(limits.signatureAgeMs)}.`, fix)];
}

export const checkClocks: Check = ({ engine, apps, client }) => {
  const found = [
    ...(engine.kind === "engine" ? skewOf(`the engine at ${client.url}`, engine.aheadMs) : []),
    ...apps.flatMap(({ url, answer }) => (answer.kind === "app" ? skewOf(`the app at ${url}`, answer.aheadMs) : [])),
  ];
  const isKnown = engine.kind === "engine" && engine.aheadMs !== null;
  return found.length > 0 || !isKnown ? found : [ok("clock", "The clocks agree.")];
};
