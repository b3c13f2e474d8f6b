/** Metadata of a run or a step in the terminal: a line an entry. Called by timeline. Pure. */
import type { MetadataAnswer } from "../../api/answers.ts";
import { formatDuration } from "./format-duration.ts";

const longestText = 40;

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

function valueText(value: unknown): string {
  const text = (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).replace(/\s+/g, " ");
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}

/** `gpt-4o  1,204 tokens in, 310 out, 2.1s`; null when it says none of this. */
function modelText(values: Record<string, unknown>): string | null {
  const number = (name: string): number | null => (typeof values[name] === "number" ? values[name] : null);
  const model = [values.response_model, values.request_model].find((name) => typeof name === "string" && name !== "");
  const [tokensIn, tokensOut, latency] = [number("input_tokens"), number("output_tokens"), number("latency_ms")];
  const facts = [
    ...(tokensIn === null ? [] : [`${grouped(tokensIn)} tokens in`]),
    ...(tokensOut === null ? [] : [`${grouped(tokensOut)}${tokensIn === null ? " tokens" : ""} out`]),
    ...(latency === null ? [] : [formatDuration(Math.max(latency, 0))]),
  ].join(", ");
  const parts = [...(model === undefined ? [] : [valueText(model)]), ...(facts === "" ? [] : [facts])];
  return parts.length === 0 ? null : parts.join("  ");
}

function lineOf({ kind, attempt, values }: MetadataAnswer): string {
  const about = attempt === undefined ? "" : ` (attempt ${attempt + 1})`;
  const model = kind === "inngest.ai" ? modelText(values) : null;
  if (model !== null) return `ai${about}  ${model}`;
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${valueText(value)}`);
  return `${kind}${about}: ${pairs.join(" ")}`;
}

/** Control characters, which a terminal would obey, are left out. */
export function metadataLines(entries: readonly MetadataAnswer[] | undefined): string[] {
  return (entries ?? []).map((entry) => lineOf(entry).replace(/\p{Cc}/gu, ""));
}
