/** The sign of the project. */
import type { ReactNode } from "react";

export function Mark(): ReactNode {
  return (
    <svg viewBox="0 0 16 16" width="22" height="22" aria-hidden="true" className="shrink-0">
      <rect width="16" height="16" rx="3.5" className="fill-accent" />
      <path
        d="M3.5 4.5h9v2h-2.5v2h-2.5v2h-2.5v2"
        fill="none"
        className="stroke-on-accent"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
