/** Whether apps can be reached, belong to this engine, have its keys and a release that works. Checks of `stepwell doctor`. */
import { hashSigningKey } from "stepwell/signing";
import type { AppAnswer } from "../../api/answers.ts";
import { toAppPlace } from "../../core/apps/app-place.ts";
import { shownUrl } from "../../domain/shown-url.ts";
import type { AppState, Check, DoctorContext, EngineState, Finding } from "./doctor-context.ts";
import { isLoopback, ok, originOf, problem, warning } from "./findings.ts";

type Engine = Extract<EngineState, { kind: "engine" }>;

const samePlace = (a: string, b: string): boolean =>
  toAppPlace(a).replace(/\/+$/, "") === toAppPlace(b).replace(/\/+$/, "");

const fixes: Readonly<Record<string, string>> = {
  unauthorized: "Give the app the engine's INNGEST_SIGNING_KEY, and restart it.",
  url_not_found: "Check the path: `stepwell sync <url>` with the one at which the app serves its functions.",
  forbidden: "Let the engine's requests (GET, POST, PUT) through what stands in front of the app.",
};

/** What the engine says of the addresses that it asks. */
export const checkAppsFromEngine: Check = ({ engine, apps, client }) => {
  if (engine.kind !== "engine" || engine.apps === null) return [];
  if (engine.apps.length === 0 && engine.addresses?.length === 0)
    return [
      warning(
        "apps",
        "No app is registered with this engine.",
        "Start your app, then `stepwell sync http://localhost:3000/api/inngest` with its address.",
      ),
    ];
  return (engine.addresses ?? []).map(({ url, app, state, code, message }) => {
    const name = app === null ? `The app at ${url}` : `App "${app}" at ${url}`;
    if (state !== "failed")
      return ok("apps", `${name} ${state === "reached" ? "is reached by the engine" : "is known"}.`);
    const here = apps.find((known) => samePlace(known.url, url));
    const origin = here?.answer.kind === "app" && !isLoopback(client.url);
    const usual = origin
      ? `It answers here, but not where the engine runs. Set INNGEST_SERVE_ORIGIN to an address that the engine reaches, or \`stepwell sync <that address>\`.`
      : "Start the app. If it moved, name its new address: `stepwell sync <url>`.";
    return problem("apps", `${name} cannot be used by the engine: ${message ?? code}`, fixes[code ?? ""] ?? usual);
  });
};

/** Apps that were named here: whether they answer, and are this engine's. */
function checkGiven({ url, isGiven, answer }: AppState, { client }: DoctorContext, engine: Engine): Finding[] {
  if (!isGiven) return [];
  if (answer.kind === "unreachable")
    return [
      problem("apps", `Nothing answers at ${shownUrl(url)}: ${answer.why}.`, "Start the app, or correct the address."),
    ];
  const known = engine.addresses?.some((address) => samePlace(address.url, url)) ?? true;
  if (known || answer.kind !== "app") return [];
  const elsewhere = (engine.apps ?? []).find(({ id }) => id === answer.says.app_id);
  const what =
    elsewhere === undefined
      ? `The app at ${shownUrl(url)} is not registered with the engine at ${client.url}.`
      : `App "${elsewhere.id}" answers at ${shownUrl(url)}, but is registered at ${elsewhere.latestSync.url}.`;
  return [problem("apps", what, `\`stepwell sync ${shownUrl(url)}\`.`)];
}

function checkRefused({ url, answer }: AppState, engine: Engine): Finding[] {
  if (answer.kind !== "refused") return [];
  if (answer.status === 401 && engine.session.kind === "cloud")
    return [
      problem(
        "apps",
        `The app at ${shownUrl(url)} refuses the signing key that is set here: it has another one.`,
        "Set the same INNGEST_SIGNING_KEY for the app and the engine, and restart the app.",
      ),
    ];
  if (answer.status === 401)
    return [
      problem(
        "apps",
        `The app at ${shownUrl(url)} is in cloud mode, and refuses an engine in dev mode.`,
        "Set INNGEST_DEV=1 for the app, or start the engine with `stepwell start` and the app's signing key.",
      ),
    ];
  return [
    problem(
      "apps",
      `What answers at ${shownUrl(url)} is no app: status ${answer.status}.`,
      "Check the path at which the app serves its functions.",
    ),
  ];
}

async function checkKeys(url: string, hash: unknown, signingKey: string | null): Promise<Finding[]> {
  if (typeof hash !== "string" || signingKey === null) return [];
  const own = (await hashSigningKey(signingKey)).replace(/^.*-/, "");
  if (own.startsWith(hash)) return [];
  return [
    problem(
      "signing key",
      `The app at ${shownUrl(url)} has another signing key than the one here.`,
      "Set the same INNGEST_SIGNING_KEY everywhere.",
    ),
  ];
}

/** What an app says of itself, beside what the engine needs. */
async function checkSaid({ url, answer }: AppState, context: DoctorContext, engine: Engine): Promise<Finding[]> {
  if (answer.kind !== "app") return [];
  const { says } = answer;
  const place = shownUrl(url);
  const isCloud = engine.session.kind === "cloud";
  const found: Finding[] = [];
  if (isCloud && says.mode === "dev")
    found.push(
      problem(
        "apps",
        `The app at ${place} is in dev mode: it checks no signature, and its answers are not signed.`,
        "Unset INNGEST_DEV (and NODE_ENV=development) for the app, and set INNGEST_SIGNING_KEY.",
      ),
    );
  else if (!isCloud && says.mode === "cloud")
    found.push(
      problem(
        "apps",
        `The app at ${place} is in cloud mode, and refuses an engine in dev mode.`,
        "Set INNGEST_DEV=1 for the app.",
      ),
    );
  if (isCloud && says.has_event_key === false)
    found.push(
      warning(
        "event key",
        `The app at ${place} has no event key: it cannot send events.`,
        "Set INNGEST_EVENT_KEY for the app.",
      ),
    );
  for (const [what, origin] of Object.entries({ registers: says.api_origin, "sends events": says.event_api_origin }))
    if (typeof origin === "string" && originOf(origin) !== originOf(context.client.url))
      found.push(
        problem(
          "apps",
          `The app at ${place} ${what} at ${shownUrl(origin)}, not at this engine.`,
          `Set INNGEST_BASE_URL=${context.client.url} for the app, and restart it.`,
        ),
      );
  if (says.function_count === 0)
    found.push(
      warning("apps", `The app at ${place} serves no functions.`, "Put them into the list `functions` of `serve`."),
    );
  return [...found, ...(await checkKeys(url, says.signing_key_hash, context.signingKey))];
}

export const checkAppsFromHere: Check = async (context) => {
  const { engine, apps } = context;
  if (engine.kind !== "engine") return [];
  const found = await Promise.all(
    apps.map(async (app) => [
      ...checkGiven(app, context, engine),
      ...checkRefused(app, engine),
      ...(await checkSaid(app, context, engine)),
    ]),
  );
  return found.flat();
};

/** An app registers the address that it believes to have; the engine may be elsewhere. */
export const checkServeOrigin: Check = ({ engine, client, variable }) => {
  const given = variable("INNGEST_SERVE_ORIGIN") ?? variable("INNGEST_SERVE_HOST");
  const found: Finding[] = [];
  if (given !== null && originOf(/^https?:\/\//i.test(given.value) ? given.value : `https://${given.value}`) === null)
    found.push(
      problem(
        "serve origin",
        `${given.name} is "${shownUrl(given.value)}", which is no address.`,
        `Set ${given.name} to one like https://app.example.com.`,
      ),
    );
  if (engine.kind !== "engine" || isLoopback(client.url)) return found;
  const local = (engine.apps ?? []).filter(({ latestSync }) => isLoopback(latestSync.url));
  return [
    ...found,
    ...local.map(({ id, latestSync }) =>
      problem(
        "serve origin",
        `App "${id}" is registered at ${latestSync.url}, which leads the engine at ${client.url} to its own machine.`,
        "Set INNGEST_SERVE_ORIGIN for the app to an address that the engine reaches, and restart the app.",
      ),
    ),
  ];
};

const newestMajor = 4;
const oldestMajor = 3;

function checkRelease({ id, latestSync: { sdkLanguage, sdkVersion } }: AppAnswer): Finding {
  const major = Number.parseInt(sdkVersion, 10);
  const named = `App "${id}" has version ${sdkVersion || "unknown"} of its SDK`;
  const fix = "`npm install stepwell@latest`; docs/migrating.md says what changes.";
  if (sdkLanguage !== "js" || Number.isNaN(major) || major >= newestMajor) return ok("sdk", `${named}.`);
  if (major >= oldestMajor) return warning("sdk", `${named}, which works, but is older than ${newestMajor}.`, fix);
  return problem("sdk", `${named}. Versions before ${oldestMajor} do not work with this engine.`, fix);
}

export const checkSdks: Check = ({ engine }) =>
  engine.kind !== "engine"
    ? []
    : (engine.apps ?? []).flatMap((app) => [
        checkRelease(app),
        ...app.latestSync.warnings.map((said) =>
          warning("apps", `App "${app.id}": ${said}`, "Correct it in the app's code."),
        ),
      ]);
