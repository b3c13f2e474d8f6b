/**
 * What an error of Postgres or of the way to it means, and how it is told. Called wherever the store touches the database.
 * Must never put a password into a message.
 */
import { EngineError, isEngineError } from "../../../domain/error.ts";

/**
 * `conflict`: another node was first; the same work may succeed when it is decided again. `connection`: it is dead, or the
 * server takes no work at the moment. `refused`: the same statement would fail again.
 */
export type Failure = "conflict" | "connection" | "refused";

// Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
/**
 * Serialization failure, deadlock, a row that is there already, no lock in time, a guard that divides by zero when
 * what a commit rests on is not there any more, and a timeout of a statement.
 */
const conflicts: ReadonlySet<string> = new Set(["40001", "40P01", "23505", "55P03", "57014", "22012"]);
/** An administrator or a fail-over ends connections, a standby takes no writes, a server that starts or is full takes nothing. */
const connectionStates: ReadonlySet<string> = new Set([
  "57P01",
  "57P02",
  "57P03",
  "57P05",
  "53300",
  "25006",
  "25P03",
  "25P02",
]);
const connectionClass = "08";
/** Of Node's sockets. */
const socketCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNABORTED",
]);
/** What the driver and PgBouncer say without a code. */
const connectionTexts =
  /connection terminated|connection ended|timeout expired|not queryable|client has encountered a connection error|server closed the connection|pooler/i;
const diskFull: ReadonlySet<string> = new Set(["53100", "53200", "58030"]);
const damaged: ReadonlySet<string> = new Set(["XX001", "XX002"]);

/** What a statement with NOWAIT fails with, for rows that were skipped and must not be. */
export function lockedElsewhere(message: string): Error {
  return Object.assign(new Error(message), { code: "55P03" });
}

export function codeOf(cause: unknown): string {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : "";
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export function classify(cause: unknown): Failure {
  const code = codeOf(cause);
  if (conflicts.has(code)) return "conflict";
  if (connectionStates.has(code) || socketCodes.has(code)) return "connection";
  if (/^[0-9A-Z]{5}$/.test(code)) return code.startsWith(connectionClass) ? "connection" : "refused";
  return connectionTexts.test(messageOf(cause)) ? "connection" : "refused";
}

/** Whether trying again with the same settings is of no use: the password, the user or the database is wrong. */
export function isHopeless(cause: unknown): boolean {
  return ["28P01", "28000", "3D000", "42501"].includes(codeOf(cause));
}

/** `place`: host, port and database, for people. An EngineError is returned as it is. */
export function toStoreError(cause: unknown, place: string): EngineError {
  if (isEngineError(cause)) return cause;
  const code = codeOf(cause);
  const reason = messageOf(cause).replace(/\.$/, "");
  if (isHopeless(cause))
    return new EngineError(
      "invalid_config",
      `Postgres at ${place} refuses this engine: ${reason}. Check the user, the password, the database and its rights in --postgres-uri (STEPWELL_POSTGRES_URI).`,
      { cause },
    );
  if (diskFull.has(code))
    return new EngineError(
      "store_full",
      `Postgres at ${place} did not take a write: ${reason}. Nothing of this request was kept. Give it room, then try again.`,
      { cause, retryable: true },
    );
  if (damaged.has(code))
    return new EngineError(
      "store_damaged",
      `Postgres at ${place} says that its records are damaged: ${reason}. Stop the engines and restore the database from a backup.`,
      { cause },
    );
  if (classify(cause) === "refused")
    return new EngineError("store_failed", `Postgres at ${place} refused an operation: ${reason}.`, { cause });
  return new EngineError(
    "store_unavailable",
    `Postgres at ${place} cannot be worked with at the moment: ${reason}. Nothing of this request was acknowledged. Try again once it is back.`,
    { cause, retryable: true },
  );
}
