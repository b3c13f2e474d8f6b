/**
 * JSON to read: cut at some lines until asked for more, and for download when it is so large that showing it would hold the
 * page up. Must never parse or change what it shows beyond indenting it.
 */
import { type ReactNode, useMemo, useState } from "react";
import { formatBytes, plural } from "../format/numbers.ts";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy.tsx";

const shownLines = 20;
/** Characters beyond which it is not shown, only given as a file. */
const showMax = 1_000_000;

export const toJsonText = (value: unknown): string => JSON.stringify(value, null, 2) ?? "undefined";

function download(text: string, name: string, type = "application/json"): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

interface JsonViewProps {
  value: unknown;
  /** Names it for buttons and the file. */
  name: string;
}

export function JsonView({ value, name }: JsonViewProps): ReactNode {
  const [isWhole, setWhole] = useState(false);
  const text = useMemo(() => toJsonText(value), [value]);
  const lines = useMemo(() => (text.length > showMax ? [] : text.split("\n")), [text]);
  const size = formatBytes(new Blob([text]).size);
  const file = `${name}.json`;
  const hidden = isWhole ? 0 : Math.max(0, lines.length - shownLines);
  if (text.length > showMax)
    return (
      <div className="flex flex-wrap items-center gap-3 rounded-sm bg-sunken p-3 text-ink-2">
        <span>{size}: too large to show here.</span>
        <Button icon="download" onClick={() => download(text, file)}>
          Download {file}
        </Button>
      </div>
    );
  return (
    <div className="relative rounded-sm bg-sunken">
      <div className="absolute top-0 right-0 flex bg-sunken">
        <CopyButton text={text} what={name} />
      </div>
      <section aria-label={name} tabIndex={0} className="max-h-[60vh] overflow-auto p-3 pr-10">
        <pre className="font-mono text-meta break-words whitespace-pre-wrap">
          {hidden > 0 ? lines.slice(0, shownLines).join("\n") : text}
        </pre>
      </section>
      {(hidden > 0 || isWhole) && (
        <button
          type="button"
          onClick={() => setWhole(!isWhole)}
          className="w-full border-t border-line px-3 py-1.5 text-left text-meta font-medium text-accent"
        >
          {isWhole ? "Show less" : `Show ${plural(hidden, "more line")} (${size})`}
        </button>
      )}
    </div>
  );
}
