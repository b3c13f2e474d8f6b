/** A function's settings as sentences a person reads: what is not set is not shown. */
import type { ReactNode } from "react";
import { Facts } from "../components/page.tsx";
import { formatDuration } from "../format/time.ts";

const isUnset = (value: unknown): boolean =>
  value === null ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" && value !== null && Object.values(value).every((item) => item === null));

/** `periodMs` → `period`, `cancelOn` → `cancel on`. */
const toWords = (name: string): string =>
  name.replace(/Ms$/, "").replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);

function toText(name: string, value: unknown): string {
  if (typeof value === "number" && name.endsWith("Ms")) return formatDuration(value);
  if (Array.isArray(value)) return value.map((item) => toText(name, item)).join("; ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .filter(([, item]) => !isUnset(item))
    .map(([key, item]) => `${toWords(key)} ${toText(key, item)}`)
    .join(", ");
}

export function Configuration({ configuration }: { configuration: Record<string, unknown> }): ReactNode {
  const facts = Object.entries(configuration)
    .filter(([, value]) => !isUnset(value))
    .map(([name, value]) => [toWords(name), toText(name, value)] as const);
  return <Facts facts={facts} />;
}
