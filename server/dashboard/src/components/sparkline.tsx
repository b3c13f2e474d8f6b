/** A row of small bars: how many over time, oldest first. Its words are for who does not see it. */
import type { ReactNode } from "react";

export function Sparkline({ counts, label }: { counts: readonly number[]; label: string }): ReactNode {
  const most = Math.max(1, ...counts);
  const width = 100 / counts.length;
  const bars = counts.map((count, index) => ({ count, x: index * width }));
  return (
    <svg role="img" viewBox="0 0 100 20" preserveAspectRatio="none" className="h-5 w-24 shrink-0" aria-label={label}>
      <line x1="0" x2="100" y1="19.5" y2="19.5" className="stroke-line" strokeWidth="1" />
      {bars.map(({ count, x }) =>
        count === 0 ? null : (
          <rect
            key={x}
            x={x}
            width={Math.max(width - 0.5, 0.8)}
            y={20 - Math.max((count / most) * 18, 2)}
            height={Math.max((count / most) * 18, 2)}
            className="fill-failed"
          />
        ),
      )}
    </svg>
  );
}
