/** An alert in words, for channels that people read: a headline, and lines with more. Used by slack and email. Pure. */
import type { AlertMessage } from "../ports/alert-sender.ts";

export interface MessageTexts {
  headline: string;
  lines: readonly string[];
}

const moment = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");

const words = {
  began: "Alert",
  repeated: "Alert goes on",
  ended: "Alert over",
  test: "Test",
} as const;

export function toTexts({ kind, rule, severity, subject, text, startedAt, endedAt }: AlertMessage): MessageTexts {
  if (kind === "test") return { headline: "Test of a Stepwell alert channel", lines: [text] };
  const about = subject === "" ? "" : ` (${subject})`;
  return {
    headline: `${words[kind]}: ${rule.name}${about}`,
    lines: [
      text,
      `Severity: ${severity}`,
      `Began: ${moment(startedAt)}`,
      ...(endedAt === null ? [] : [`Over: ${moment(endedAt)}`]),
    ],
  };
}
