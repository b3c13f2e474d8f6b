/** An error in a line: its name, unless that says nothing, and its message. Called by commands and the timeline. Pure. */

/** An error's message, whatever form it came in. */
export function errorMessage(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error === "object" && error !== null) {
    const { name, message } = error as { name?: unknown; message?: unknown };
    if (typeof message === "string")
      return typeof name === "string" && name !== "Error" ? `${name}: ${message}` : message;
  }
  return JSON.stringify(error) ?? "unknown error";
}
