/**
 * The keys of a registration, and what to say of others. Called by parse-registration. Pure.
 * Recordings: test/protocol/fixtures/sync.json.
 */
import { flowOptions, type OptionSpec, type SpecFields } from "stepwell/protocol";
import { keysOf, mapOf, respell, type Shape, shapeOf } from "../wire/spelling.ts";
import { isAbsent } from "./option-reader.ts";

const retries = keysOf("attempts", { backoff: keysOf("initial factor max jitter") });

/** The keys of what an entry of the protocol's table is: an object, a list of objects, or one of the two; null for a plain value. */
function keysIn(spec: OptionSpec): Shape | null {
  if (spec.kind === "list") return keysIn(spec.entry);
  const fields =
    spec.kind === "shape"
      ? spec.fields
      : spec.kind === "either"
        ? { ...fieldsIn(spec.plain.entry), ...spec.split.fields }
        : null;
  return fields && shapeOf(Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, keysIn(one)])));
}

function fieldsIn(spec: OptionSpec): SpecFields {
  return spec.kind === "shape" ? spec.fields : {};
}

const { cancelOn, ...flow } = flowOptions;

const functionShape: Shape = keysOf("id name", {
  triggers: keysOf("event expression cron jitter missed"),
  steps: mapOf(keysOf("id name", { runtime: keysOf("type url"), retries })),
  ...Object.fromEntries(Object.entries(flow).map(([option, spec]) => [option, keysIn(spec)])),
  cancel: keysIn(cancelOn),
});

/** What stands around the functions. Of what else stands there nothing is told: it is no option. */
const registrationShape = shapeOf({
  ...Object.fromEntries(
    "url deployType framework appName sdk v appVersion deployId".split(" ").map((key) => [key, null]),
  ),
  functions: functionShape,
});

/** Not options: what SDKs say of a function for people, and what only they themselves need. */
const unread: ReadonlySet<string> = new Set(["description", "fn_slug", "slug", "meta", "metadata"]);

const isNothing = (value: unknown): boolean =>
  isAbsent(value) ||
  value === "" ||
  value === false ||
  value === 0 ||
  (typeof value === "object" && Object.keys(value as object).length === 0);

export interface Respelled {
  registration: Record<string, unknown>;
  /** One sentence for each option that is not known, by the index of its function. */
  unknown: Map<number, string[]>;
}

/** A registration with its keys spelled as the engine reads them, and what it holds beyond that. */
export function respellRegistration(body: Record<string, unknown>): Respelled {
  const unknown = new Map<number, string[]>();
  const tell = (path: string, value: unknown, shape: Shape): void => {
    const [, index, option = ""] = /^functions\[(\d+)\]\.(.+)$/.exec(path) ?? [];
    if (index === undefined || isNothing(value) || unread.has(option)) return;
    const known = [...shape.keys.keys()].join(", ");
    const told = unknown.get(Number(index)) ?? [];
    told.push(`\`${option}\` is no option that this engine knows, and changes nothing. Known here: ${known}.`);
    unknown.set(Number(index), told);
  };
  return { registration: respell(body, registrationShape, "", tell) as Record<string, unknown>, unknown };
}
