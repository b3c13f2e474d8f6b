/** Whether the variables by which apps find their engine lead to this one. Checks of `stepwell doctor`. */
import { shownUrl } from "../../domain/shown-url.ts";
import type { Check, DoctorContext, Finding, Variable } from "./doctor-context.ts";
import { isLoopback, ok, originOf, problem, warning } from "./findings.ts";

const addressNames = ["INNGEST_BASE_URL", "INNGEST_API_BASE_URL", "INNGEST_EVENT_API_BASE_URL"];
const shown = ({ name, from }: Variable): string => (from === "the environment" ? name : `${name} (in ${from})`);
const withScheme = (value: string): string => (/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
const isSwitch = (value: string): boolean => /^(?:true|1|false|0)$/i.test(value.trim());

function checkAddress(variable: Variable, { client }: DoctorContext): Finding[] {
  const value = variable.name === "INNGEST_DEV" ? withScheme(variable.value) : variable.value;
  const fix = `Set ${variable.name}=${client.url}, or look at the other engine: --url ${shownUrl(value)}.`;
  if (originOf(value) === null || !/^https?:/.test(value))
    return [
      problem(
        "environment",
        `${shown(variable)} is "${shownUrl(variable.value)}", which is no address.`,
        `Set ${variable.name}=${client.url}.`,
      ),
    ];
  if (originOf(value) === originOf(client.url)) return [ok("environment", `${shown(variable)} leads to this engine.`)];
  return [
    problem(
      "environment",
      `${shown(variable)} is ${shownUrl(value)}, but the engine is at ${client.url}: apps with it register and send elsewhere.`,
      fix,
    ),
  ];
}

const defaultDevPort = "8288";

/** What is wrong because a variable is missing. */
function checkMissing(context: DoctorContext, dev: Variable | null): Finding[] {
  const { engine, client, signingKey } = context;
  if (engine.kind !== "engine" || addressNames.some((name) => context.variable(name) !== null)) return [];
  if (engine.session.kind === "cloud") {
    const what = "INNGEST_BASE_URL is not set here: apps without it register with and send to Inngest's own servers.";
    const fix = `Set INNGEST_BASE_URL=${client.url} for the apps.`;
    // With keys and without an address, this is the environment of an app.
    return [signingKey === null ? warning("base url", what, fix) : problem("base url", what, fix)];
  }
  const isUsual = isLoopback(client.url) && new URL(client.url).port === defaultDevPort;
  if (isUsual || (dev !== null && !isSwitch(dev.value))) return [];
  return [
    warning(
      "base url",
      `Apps look for a dev engine at http://localhost:${defaultDevPort}, and this one is at ${client.url}.`,
      `Set INNGEST_DEV=${client.url} for the apps.`,
    ),
  ];
}

function checkMode({ engine, variable, signingKey }: DoctorContext, dev: Variable | null): Finding[] {
  if (engine.kind !== "engine") return [];
  const isOn = dev !== null && !/^(?:false|0)$/i.test(dev.value.trim());
  if (engine.session.kind === "cloud" && dev !== null && isOn)
    return [
      problem(
        "environment",
        `${shown(dev)} is set, so apps neither sign nor check anything, and the engine in start mode refuses them.`,
        "Unset INNGEST_DEV for the apps, and set INNGEST_BASE_URL and INNGEST_SIGNING_KEY.",
      ),
    ];
  if (engine.session.kind === "cloud" || isOn) return [];
  const why =
    dev !== null
      ? `${shown(dev)} is ${dev.value}`
      : variable("NODE_ENV")?.value === "production"
        ? "NODE_ENV is production and INNGEST_DEV is not set"
        : signingKey !== null
          ? "INNGEST_SIGNING_KEY is set and INNGEST_DEV is not"
          : null;
  if (why === null) return [];
  return [
    warning(
      "environment",
      `${why}: apps are in cloud mode then, and refuse what this engine in dev mode does not sign.`,
      "Set INNGEST_DEV=1 for the apps, or start the engine with `stepwell start` and the signing key.",
    ),
  ];
}

export const checkEnvironment: Check = (context) => {
  const dev = context.variable("INNGEST_DEV");
  const addresses = [...addressNames.map((name) => context.variable(name)), dev].filter(
    (variable): variable is Variable =>
      variable !== null && !(variable.name === "INNGEST_DEV" && isSwitch(variable.value)),
  );
  return [
    ...addresses.flatMap((variable) => checkAddress(variable, context)),
    ...checkMissing(context, dev),
    ...checkMode(context, dev),
  ];
};
