/** What starts a function, in words. */
import type { ReactNode } from "react";
import type { Trigger } from "../api/apps.ts";

export function Triggers({ triggers }: { triggers: readonly Trigger[] }): ReactNode {
  if (triggers.length === 0) return <span className="text-ink-3">invoked only</span>;
  return (
    <ul className="flex flex-col gap-0.5">
      {triggers.map((trigger) => {
        const text = trigger.event ?? trigger.cron ?? "";
        return (
          <li key={`${text}${trigger.expression ?? ""}`} className="min-w-0 break-words">
            <code className="font-mono text-meta">{text}</code>
            {trigger.expression !== undefined && (
              <code className="font-mono text-meta text-ink-3"> if {trigger.expression}</code>
            )}
          </li>
        );
      })}
    </ul>
  );
}
