/** A field for JSON: says where it is wrong as it is typed, and keeps what was typed whatever happens. */
import { type ReactNode, useState } from "react";
import { TextArea } from "./field.tsx";

export type Parsed = { ok: true; value: unknown } | { ok: false; message: string };

/** Where an error stands, from the position that the browser names. */
function placeOf(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return ` Line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}.`;
}

export function parseJson(text: string, emptyValue?: unknown): Parsed {
  if (text.trim() === "" && emptyValue !== undefined) return { ok: true, value: emptyValue };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `This is not JSON: ${said}.${placeOf(text, said)}` };
  }
}

/**
 * Text to edit that begins with what is loaded. It is null until that is there; what is loaded after that changes nothing,
 * so that nobody's typing is replaced.
 * @param beginning undefined while it is not there
 */
export function useDraft(beginning: string | undefined): [text: string | null, setText: (text: string) => void] {
  const [text, setText] = useState<string | null>(beginning ?? null);
  if (text === null && beginning !== undefined) setText(beginning);
  return [text, setText];
}

interface JsonFieldProps {
  label: string;
  /** Null while what it begins with is not there: nothing can be typed then. */
  value: string | null;
  onChange: (text: string) => void;
  hint?: ReactNode;
  /** From elsewhere, such as the engine; what is wrong with the JSON itself comes first. */
  error?: string | null;
  rows?: number;
  mayBeEmpty?: boolean;
}

export function JsonField({
  label,
  value,
  onChange,
  hint,
  error,
  rows = 12,
  mayBeEmpty = false,
}: JsonFieldProps): ReactNode {
  const parsed = value === null ? null : parseJson(value, mayBeEmpty ? null : undefined);
  return (
    <TextArea
      label={label}
      hint={hint}
      error={parsed?.ok === false ? parsed.message : (error ?? null)}
      value={value ?? ""}
      disabled={value === null}
      placeholder={value === null ? "Loading …" : undefined}
      rows={rows}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        // Escape would close the dialog with what was typed.
        if (event.key === "Escape") event.stopPropagation();
      }}
    />
  );
}
