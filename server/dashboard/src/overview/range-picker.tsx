/** Chooses the range of time of a page of figures. */
import type { ReactNode } from "react";
import { metricsRanges, type RangeName } from "./metrics-range.ts";

export function RangePicker({ value, onChange }: { value: RangeName; onChange: (name: RangeName) => void }): ReactNode {
  return (
    <select
      aria-label="Range of time"
      value={value}
      onChange={(event) => onChange(event.target.value as RangeName)}
      className="h-9 rounded-md border border-edge bg-surface px-2"
    >
      {Object.entries(metricsRanges).map(([name, { label }]) => (
        <option key={name} value={name}>
          {label}
        </option>
      ))}
    </select>
  );
}
