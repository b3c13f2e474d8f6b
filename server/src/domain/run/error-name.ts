/** The name of an error that a run or an attempt keeps as JSON text: what errors are counted by. Pure. */

const unnamed = "Error";

/** `Error` for one without a name, and for a text that is no error. */
export function errorName(text: string | null): string {
  if (text === null) return unnamed;
  try {
    const { name } = (JSON.parse(text) ?? {}) as { name?: unknown };
    return typeof name === "string" && name !== "" ? name : unnamed;
  } catch {
    return unnamed;
  }
}
