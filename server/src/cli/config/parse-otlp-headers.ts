/** Reads OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`, values percent-encoded. Called by serve. Must never show a value. */
import { CliError } from "../cli-error.ts";

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** @throws CliError */
export function parseOtlpHeaders(text: string): Record<string, string> {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  return Object.fromEntries(
    parts.map((part, index) => {
      const [, name = "", raw = ""] = /^\s*([\w-]+)\s*=(.*)$/.exec(part) ?? [];
      const value = decode(raw.trim());
      if (name !== "" && value !== null && /^[\x20-\x7e]*$/.test(value)) return [name.toLowerCase(), value];
      throw new CliError(
        `OTEL_EXPORTER_OTLP_HEADERS: its header ${index + 1} cannot be read. Expected name=value, parted by commas, with values percent-encoded.`,
      );
    }),
  );
}
