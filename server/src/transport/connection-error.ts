/**
 * What went wrong between the engine and an app, said for the one who runs the app.
 * Called by the files beside it. Must never put headers, keys or signatures into a message.
 */
import type { SerializedError } from "stepwell/protocol";

/** Closed list of what can go wrong with a call itself; goes into `error.code`. */
export type CallErrorCode =
  | "unreachable"
  | "unsupported_protocol"
  | "connection_closed"
  | "connection_reset"
  | "timeout"
  | "invalid_url"
  | "invalid_answer"
  | "invalid_signature"
  | "not_sdk"
  | "output_too_large"
  | "too_many_redirects"
  | "http_error";

export interface CallError extends SerializedError {
  name: "CallError";
  code: CallErrorCode;
}

/** The error that a run shows when the call failed and not the function. */
export function callError(code: CallErrorCode, message: string): CallError {
  return { name: "CallError", code, message };
}

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "the host name is unknown",
  EAI_AGAIN: "the host name cannot be looked up now",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  EADDRNOTAVAIL: "the address is not available",
  ETIMEDOUT: "the connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
};

const tls = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_|EPROTO)/;

/** System calls that fail while a connection stands, after the call was sent. */
const whileConnected: readonly unknown[] = ["read", "write", "writev"];

function isWhileConnected(error: unknown): boolean {
  return (
    typeof error === "object" && error !== null && whileConnected.includes((error as { syscall?: unknown }).syscall)
  );
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  return Array.isArray(errors) ? codeOf(errors[0]) : "";
}

/** Where a URL leads, without its path, query and credentials. */
function place(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return "its URL";
  }
}

/** Turns what the HTTP client threw into the error of a failed call. */
export function fromConnectionError(error: unknown, url: string): CallError {
  const code = codeOf(error);
  const reason = unreachable[code];
  if (reason !== undefined && isWhileConnected(error))
    return callError(
      "timeout",
      `The connection to your server was lost while we were waiting for its answer: ${reason}.`,
    );
  if (reason !== undefined) {
    return callError(
      "unreachable",
      `Unable to reach SDK URL: ${reason} (${place(url)}). Check that the app is running there.`,
    );
  }
  if (tls.test(code)) {
    return callError(
      "unsupported_protocol",
      `Unable to reach SDK URL: no TLS connection with ${place(url)} (${code}). Check its certificate, and whether it speaks https.`,
    );
  }
  if (code === "ECONNRESET" || code === "EPIPE") {
    return callError("connection_reset", "Your server reset the connection while we were waiting for its answer.");
  }
  if (code === "UND_ERR_SOCKET") {
    return callError("connection_closed", "Your server closed the request before finishing.");
  }
  const why = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === "HTTPParserError") {
    return callError("invalid_answer", `Your server's answer is not HTTP: ${why}.`);
  }
  return callError("unreachable", `Unable to reach SDK URL: ${why} (${place(url)}).`);
}
