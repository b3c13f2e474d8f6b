/** An error: what it says, where it came from, and what caused it. */
import { type ReactNode, useState } from "react";
import type { SerializedError } from "../api/runs.ts";
import { CopyButton } from "../components/copy.tsx";

const shownLines = 8;

const isError = (value: unknown): value is SerializedError =>
  typeof value === "object" && value !== null && ("message" in value || "name" in value);

/** The stack without the line that repeats the message. */
function framesOf({ stack, name, message }: SerializedError): string[] {
  const lines = (stack ?? "").split("\n");
  const first = lines.findIndex((line) => /^\s+at /.test(line));
  if (first !== -1) return lines.slice(first).map((line) => line.trim());
  return lines.filter((line) => line !== "" && line !== `${name}: ${message}`);
}

function Stack({ error }: { error: SerializedError }): ReactNode {
  const [isWhole, setWhole] = useState(false);
  const frames = framesOf(error);
  if (frames.length === 0) return null;
  const hidden = isWhole ? 0 : Math.max(0, frames.length - shownLines);
  return (
    <div className="mt-2 rounded-sm bg-sunken">
      <section aria-label="Stack" tabIndex={0} className="overflow-x-auto p-3">
        <pre className="font-mono text-meta text-ink-2">{frames.slice(0, frames.length - hidden).join("\n")}</pre>
      </section>
      {hidden > 0 && (
        <button
          type="button"
          onClick={() => setWhole(true)}
          className="w-full border-t border-line px-3 py-1.5 text-left text-meta font-medium text-accent"
        >
          Show {hidden} more
        </button>
      )}
    </div>
  );
}

export function ErrorView({ error }: { error: unknown }): ReactNode {
  if (!isError(error))
    return (
      <pre className="rounded-sm bg-sunken p-3 font-mono text-meta whitespace-pre-wrap">
        {JSON.stringify(error, null, 2)}
      </pre>
    );
  return (
    <div>
      <div className="flex items-start gap-2">
        <p className="min-w-0 flex-1 break-words">
          <strong className="text-failed">{error.name ?? "Error"}</strong>
          <span className="block break-words whitespace-pre-wrap">{error.message}</span>
        </p>
        <CopyButton text={error.stack ?? `${error.name}: ${error.message}`} what="the error" />
      </div>
      <Stack error={error} />
      {isError(error.cause) && (
        <div className="mt-3 border-l-2 border-line pl-3">
          <p className="text-meta font-semibold text-ink-3">Caused by</p>
          <ErrorView error={error.cause} />
        </div>
      )}
    </div>
  );
}
