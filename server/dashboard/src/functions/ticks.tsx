/** When a cron ticks next, in its own zone and in the reader's. */
import type { ReactNode } from "react";
import type { Tick } from "../api/apps.ts";
import { Time } from "../components/time.tsx";
import { formatMoment, localZone } from "../format/time.ts";

export function Ticks({ tick }: { tick: Tick }): ReactNode {
  const zones = tick.timeZone === localZone ? [localZone] : [tick.timeZone, localZone];
  return (
    <section className="overflow-x-auto" aria-label={`Next ticks of ${tick.cron}`} tabIndex={0}>
      <table className="w-full">
        <thead>
          <tr className="text-left text-meta text-ink-3">
            {zones.map((zone) => (
              <th key={zone} scope="col" className="pr-4 pb-1 font-medium">
                {zone}
              </th>
            ))}
            <th scope="col" className="pb-1 text-right font-medium">
              in
            </th>
          </tr>
        </thead>
        <tbody>
          {tick.nextAt.map((iso) => (
            <tr key={iso}>
              {zones.map((zone) => (
                <td key={zone} className="pr-4 whitespace-nowrap">
                  {formatMoment(Date.parse(iso), zone)}
                </td>
              ))}
              <td className="text-right text-ink-2">
                <Time at={Date.parse(iso)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
