/**
 * A chart over time: lines or stacked bars from zero, with a table of the same for screen readers. The last bucket is still
 * open, and a click leads to where the runs of a bucket are listed.
 */
import { type ReactNode, useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface Series {
  label: string;
  /** A name of a colour of the page, such as `--failed`. */
  colour: string;
  values: readonly (number | null)[];
  kind: "bars" | "line" | "dashed";
  /** What the table says instead of what is drawn, for bars that stand on others. */
  said?: readonly (number | null)[];
}

interface ChartProps {
  label: string;
  /** Milliseconds since 1970. */
  times: readonly number[];
  series: readonly Series[];
  format: (value: number) => string;
  onBucket?: (from: number) => void;
}

const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Beyond so many, points would hide their line. */
const mostPoints = 90;

function toSeries({ label, colour, kind, values }: Series): uPlot.Series {
  const stroke = colourOf(colour);
  const base = {
    label,
    stroke,
    width: 1.5,
    points: { show: kind !== "bars" && values.length <= mostPoints, size: 4, fill: stroke, width: 0 },
    spanGaps: true,
  };
  const bars = uPlot.paths.bars?.({ size: [0.7, 12, 2] });
  if (kind === "bars") return { ...base, fill: stroke, width: 0, ...(bars === undefined ? {} : { paths: bars }) };
  return kind === "dashed" ? { ...base, dash: [5, 4] } : base;
}

/** Ranges that are longer show days instead of times. */
const longestByTime = 36 * 3600;

/** `14:05` or `28 Nov`, in the reader's zone. */
function clock(seconds: number, isByDay: boolean): string {
  const date = new Date(seconds * 1000);
  if (isByDay) return date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

const isByDay = ({ scales: { x } }: uPlot): boolean => (x?.max ?? 0) - (x?.min ?? 0) > longestByTime;

function toOptions(series: readonly Series[], format: ChartProps["format"], width: number): uPlot.Options {
  const axis = { stroke: colourOf("--ink-3"), font: "11px system-ui", ticks: { show: false } };
  return {
    width,
    height: 150,
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    scales: { y: { range: (_self, _low, high) => [0, Math.max(high * 1.1, 1)] } },
    axes: [
      {
        ...axis,
        size: 28,
        grid: { show: false },
        space: 80,
        values: (self, splits) => splits.map((at) => clock(at, isByDay(self))),
      },
      {
        ...axis,
        size: 56,
        space: 45,
        grid: { stroke: colourOf("--line"), width: 1 },
        values: (_self, splits) => splits.map((split) => format(split)),
      },
    ],
    series: [{}, ...series.map(toSeries)],
  };
}

function Legend({ series }: { series: readonly Series[] }): ReactNode {
  return (
    <ul className="flex flex-wrap gap-x-4 px-4 pb-2 text-meta text-ink-2">
      {series.map(({ label, colour, kind }) => (
        <li key={label} className="flex items-center gap-1.5 whitespace-nowrap">
          <svg width="16" height="8" aria-hidden="true">
            <line
              x1="0"
              x2="16"
              y1="4"
              y2="4"
              stroke={`var(${colour})`}
              strokeWidth={kind === "bars" ? 8 : 2}
              strokeDasharray={kind === "dashed" ? "5 3" : undefined}
            />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}

function wordOf({ said, values }: Series, index: number, format: (value: number) => string): string {
  const value = (said ?? values)[index];
  return value === null || value === undefined ? "" : format(value);
}

export function Chart({ label, times, series, format, onBucket }: ChartProps): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  // What comes anew with every drawing of the page, and is no reason to draw the chart anew.
  const latest = useRef({ format, onBucket });
  latest.current = { format, onBucket };
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const data = [times.map((time) => time / 1000), ...series.map(({ values }) => [...values])] as uPlot.AlignedData;
    const plot = new uPlot(
      toOptions(series, (value) => latest.current.format(value), element.clientWidth),
      data,
      element,
    );
    plot.over.addEventListener("click", () => {
      const time = times[plot.cursor.idx ?? -1];
      if (time !== undefined) latest.current.onBucket?.(time);
    });
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: 150 }));
    resize.observe(element);
    const theme = new MutationObserver(() => plot.redraw(false, true));
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      resize.disconnect();
      theme.disconnect();
      plot.destroy();
    };
  }, [times, series]);
  return (
    <figure aria-label={label}>
      <div ref={ref} className={onBucket === undefined ? "" : "cursor-pointer"} aria-hidden="true" />
      <Legend series={series} />
      <table className="sr-only">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th>Time</th>
            {series.map((one) => (
              <th key={one.label}>{one.label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, index) => (
            <tr key={time}>
              <th>{new Date(time).toISOString()}</th>
              {series.map((one) => (
                <td key={one.label}>{wordOf(one, index, format)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
