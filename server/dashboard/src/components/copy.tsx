/** Copies a text, also where the browser's clipboard is closed to pages that came over http. */
import { type ReactNode, useEffect, useState } from "react";
import { Button, type ButtonKind } from "./button.tsx";

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.className = "fixed top-0 left-0 opacity-0";
  // Inside of an open dialog, since the rest of the page is inert.
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  return isDone;
}

/** Resolves with whether it was copied. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

interface CopyProps {
  text: string | (() => string);
  /** What it copies, for its label. */
  what: string;
  label?: string;
  kind?: ButtonKind;
}

export function CopyButton({ text, what, label, kind = "quiet" }: CopyProps): ReactNode {
  const [state, setState] = useState<"idle" | "done" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 1500);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> =>
    setState((await copyText(typeof text === "string" ? text : text())) ? "done" : "failed");
  const word = { idle: label ?? `Copy ${what}`, done: "Copied", failed: "Copy failed" }[state];
  return (
    <Button
      kind={kind}
      icon={state === "done" ? "check" : "copy"}
      isIconOnly={label === undefined}
      onClick={(event) => {
        event.stopPropagation();
        event.preventDefault();
        void copy();
      }}
    >
      {word}
    </Button>
  );
}

/** An id: short, in full when hovered over, and copied with a click. */
export function Id({ id, what }: { id: string; what: string }): ReactNode {
  return (
    <span className="inline-flex items-center font-mono text-meta text-ink-2">
      <span title={id}>{id}</span>
      <CopyButton text={id} what={what} />
    </span>
  );
}
