/**
 * Text from a repository made safe and even for a terminal. Called by `report.ts`. Pure.
 */

/** Control characters and marks that turn the writing direction: a file name may hold any of them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const ZERO_WIDTH = /^\p{M}$/u;

/** Columns that a terminal needs for the text. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

/** The text without control characters, cut with `…` and padded to exactly `columns`. */
export function toCell(text: string, columns: number): string {
  const clean = text.replace(UNPRINTABLE, " ").trim();
  if (columnsOf(clean) <= columns) return clean + " ".repeat(columns - columnsOf(clean));
  let cut = "";
  for (const character of clean) {
    if (columnsOf(cut) + columnsOf(character) > columns - 1) break;
    cut += character;
  }
  return `${cut}…${" ".repeat(columns - 1 - columnsOf(cut))}`;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar for `value` of `max`; at least a sliver for anything above 0. */
export function toBar(value: number, max: number, columns: number): string {
  if (value <= 0 || max <= 0) return "";
  const eighths = Math.max(1, Math.round((Math.min(value, max) / max) * columns * 8));
  return "█".repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? "");
}
