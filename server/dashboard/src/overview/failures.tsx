/** Which functions failed in a range of time: how often, how much of what they did, and with which errors. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Metrics } from "../api/metrics.ts";
import { Card } from "../components/page.tsx";
import { Sparkline } from "../components/sparkline.tsx";
import { formatCount } from "../format/numbers.ts";
import { success } from "./figures.tsx";

const shown = 10;

export function Failures({ metrics }: { metrics: Metrics }): ReactNode {
  const failing = metrics.functions
    .filter(({ total }) => total.failed > 0)
    .sort((left, right) => right.total.failed - left.total.failed);
  if (failing.length === 0) return null;
  return (
    <Card title="Failures by function">
      <ul>
        {failing.slice(0, shown).map(({ function: fn, total, failed }) => (
          <li
            key={fn.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 last:border-b-0"
          >
            <span className="w-12 shrink-0 text-right font-semibold tabular-nums text-failed">
              {formatCount(total.failed)}
            </span>
            <Link href={`/functions/${encodeURIComponent(fn.id)}`} className="font-medium hover:underline">
              {fn.id}
            </Link>
            <span className="order-last min-w-0 basis-full truncate text-ink-2 md:order-none md:flex-1 md:basis-48">
              {total.errors.map(({ name, count }) => `${name} ${formatCount(count)}`).join(", ")}
            </span>
            <span className="ml-auto hidden sm:block">
              <Sparkline counts={failed} label={`${total.failed} failed`} />
            </span>
            <span className="ml-auto w-20 shrink-0 text-right tabular-nums text-ink-3 sm:ml-0">{success(total)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
