/** Small drawings, 16 units square, in the colour of the text around them. Words stand beside them or in their label. */
import type { ReactNode } from "react";

const paths = {
  overview: "M2.5 9.5h4v4h-4zM2.5 2.5h4v4h-4zM9.5 2.5h4v7h-4zM9.5 12.5h4v1h-4z",
  runs: "M2.5 4h5M5 8h7M8.5 12h5",
  events: "M8.8 1.8 3.5 9h4l-.5 5.2L12.5 7h-4z",
  functions: "M10.5 3h-.7c-1.2 0-1.7.7-1.9 1.9l-1.2 6.2c-.2 1.2-.8 1.9-2 1.9h-.5M5.5 7h5",
  apps: "M3 3h10v4H3zM3 9h10v4H3zM5.5 5h.01M5.5 11h.01",
  queue: "M2.5 3.5h11v2.2h-11zM2.5 7h11v2.2h-11zM4.5 10.5h7v2h-7z",
  letters: "M2.5 4.5h11v8h-11zM2.8 5l5.2 4 5.2-4",
  schedules: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2.2 1.3",
  settings: "M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M10 3.3v3.4M6 9.3v3.4",
  search: "M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.2 10.2l3.3 3.3",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  moon: "M12.8 9.6A5.3 5.3 0 0 1 6.4 3.2a5.3 5.3 0 1 0 6.4 6.4z",
  system: "M2.5 3h11v7.5h-11zM6 13.3h4",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3.5 8.5l3 3 6-7",
  chevron: "M6 3.5 10.5 8 6 12.5",
  down: "M3.5 6 8 10.5 12.5 6",
  copy: "M5.5 5.5h7v8h-7zM3.5 10.5v-8h7",
  rerun: "M12.5 8a4.5 4.5 0 1 1-1.4-3.2M12.7 2.3v2.9H9.8",
  cancel: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM4.2 4.2l7.6 7.6",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.2v9.6L12.5 8z",
  plus: "M8 3v10M3 8h10",
  send: "M13.5 2.5 2.5 7l4.5 2 2 4.5zM7 9l3-3",
  warn: "M8 2.3 14 13H2zM8 6.5v3M8 11.2v.01",
  link: "M6.8 9.2a2.5 2.5 0 0 0 3.5 0l2-2a2.5 2.5 0 0 0-3.5-3.5l-.7.7M9.2 6.8a2.5 2.5 0 0 0-3.5 0l-2 2a2.5 2.5 0 0 0 3.5 3.5l.7-.7",
  download: "M8 2.5v7.5M4.8 7.2 8 10.3l3.2-3.1M3 13.3h10",
  trash: "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9",
  keys: "M5.2 7.3a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM7.2 8.2l5.6-5.6M10.4 5l2 2",
  audit: "M3.5 2.5h9v11h-9zM6 5.5h4M6 8h4M6 10.5h2",
  alerts: "M4 11.5V7a4 4 0 0 1 8 0v4.5l1 1H3zM6.8 14h2.4M8 3V1.8",
  webhooks: "M2.5 8h7M6.8 5l3 3-3 3M9.5 2.5h4v11h-4",
  keyboard: "M1.8 4h12.4v8H1.8zM4.2 6.6h.01M6.7 6.6h.01M9.2 6.6h.01M11.7 6.6h.01M5 9.5h6",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactNode {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0"
    >
      <path d={paths[name]} />
    </svg>
  );
}
