/**
 * Where the outside services are and the keys for them, from environment variables, read when they are needed: a function
 * starts without those that it does not use. Called by the services. Must never put a key in a message.
 */
import { NonRetriableError } from "stepwell";

const variables = {
  turso: ["TURSO_DATABASE_URL", "TURSO_AUTH_TOKEN"],
  brave: ["BRAVE_SEARCH_API_URL", "BRAVE_SEARCH_API_KEY"],
  claude: ["ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"],
  elevenLabs: ["ELEVENLABS_BASE_URL", "ELEVENLABS_API_KEY"],
} as const;

export type Service = keyof typeof variables;

/** `VULTR_ENDPOINT` has no default: it depends on the region. */
const defaults: Readonly<Record<string, string>> = {
  BRAVE_SEARCH_API_URL: "https://api.search.brave.com",
  ANTHROPIC_BASE_URL: "https://api.anthropic.com",
  ELEVENLABS_BASE_URL: "https://api.elevenlabs.io",
};

export function read(name: string): string {
  const value = process.env[name] || defaults[name];
  if (value === undefined)
    throw new NonRetriableError(
      `The variable ${name} is not set. Set it where the functions run: netlify env:set ${name} …`,
    );
  return value;
}

export interface Access {
  /** Without a slash at its end. */
  url: string;
  key: string;
  /** The variable that holds the key. */
  keyName: string;
}

/** @throws NonRetriableError that names the variable that is missing */
export function accessTo(service: Service): Access {
  const [urlName, keyName] = variables[service];
  // Turso's addresses begin with libsql://, and are asked over HTTPS.
  const url = read(urlName)
    .replace(/^libsql:/, "https:")
    .replace(/\/+$/, "");
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new NonRetriableError(
      `${urlName} is no address that begins with https://, http:// or libsql://. Correct it.`,
    );
  return { url, key: read(keyName), keyName };
}

/** How long a service may take to answer, milliseconds. */
export const patienceMs = { short: 30_000, script: 280_000, audio: 1_800_000 } as const;

/** `PATIENCE_FACTOR=0.01` makes all of it shorter, to try what happens. */
export function patience(kind: keyof typeof patienceMs): number {
  const factor = Number(process.env["PATIENCE_FACTOR"] || "1");
  if (!(factor > 0)) throw new NonRetriableError("PATIENCE_FACTOR must be a number above 0, such as 0.5.");
  return patienceMs[kind] * factor;
}
