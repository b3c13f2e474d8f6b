/** Reads times and sizes of the settings. Called by flags. */
import { parseTimeString } from "stepwell/protocol";
import { CliError } from "../cli-error.ts";

const hourMs = 3_600_000;
const leastBytes = 10_000_000;

const show = (raw: unknown): string => JSON.stringify(raw) ?? String(raw);

/** Milliseconds; 0 for `off`. @throws CliError */
export function toRetentionMs(raw: unknown, where: string): number {
  if (raw === "off" || raw === false) return 0;
  const ms = typeof raw === "string" ? parseTimeString(raw.trim()) : null;
  if (ms !== null && ms >= hourMs) return ms;
  throw new CliError(`${where} is ${show(raw)}: expected a time of an hour or more, such as 90d or 12h, or off.`);
}

const units: Readonly<Record<string, number>> = {
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes. @throws CliError */
export function toBytes(raw: unknown, where: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]i?b)?$/i.exec(typeof raw === "number" ? String(raw) : String(raw).trim());
  const bytes = Math.round(
    Number(match?.[1]) * (units[match?.[2]?.toLowerCase() ?? ""] ?? (match?.[2] ? Number.NaN : 1)),
  );
  if (match !== null && bytes >= leastBytes) return bytes;
  throw new CliError(`${where} is ${show(raw)}: expected a size of 10MB or more, such as 500MB or 10GB.`);
}
