/**
 * Addresses of Postgres as users write them: one, or several of the same database, parted by commas. Called by the composition
 * root and open-store.ts. Must never show a password.
 */
import { EngineError } from "../../../domain/error.ts";

const schemes = /^postgres(?:ql)?:\/\//i;

export function isPostgresUri(text: string): boolean {
  return schemes.test(text);
}

/** Hosts parted by commas, as libpq has them, or whole addresses. @throws EngineError `invalid_config` */
export function parsePostgresUris(text: string): string[] {
  const uris = text
    .split(/,(?=postgres(?:ql)?:\/\/)/i)
    .map((uri) => uri.trim())
    .flatMap(expandHosts);
  for (const uri of uris) {
    if (isPostgresUri(uri) && URL.canParse(uri.replace(schemes, "http://"))) continue;
    throw new EngineError(
      "invalid_config",
      "The address of Postgres is not valid: expected one like postgres://user:password@host:5432/database (--postgres-uri or STEPWELL_POSTGRES_URI).",
    );
  }
  return uris;
}

/** `postgres://u:p@a:1,b:2/db` becomes one address for each host. */
function expandHosts(uri: string): string[] {
  const parts = /^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)([^/?]+)(.*)$/i.exec(uri);
  if (parts === null) return [uri];
  const [, before = "", hosts = "", after = ""] = parts;
  return hosts.split(",").map((host) => `${before}${host}${after}`);
}

/** Host, port and database, for people. */
export function placeOf(uris: readonly string[]): string {
  const shown = uris.map((uri) => {
    const { host, pathname } = new URL(uri.replace(schemes, "http://"));
    return `${host}${pathname}`;
  });
  return shown.join(", ");
}
