/** Colours of the terminal, or none. Made by main once and passed to everything that prints. */
import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a terminal; none for a file or pipe, or when NO_COLOR is set. FORCE_COLOR brings them everywhere. */
export function createColors(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Colors {
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  return pc.createColors(forced || (isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb"));
}
