/** How far long work is, as a line. Called by create-progress. Pure. */

const barWidth = 24;

export interface Progress {
  /** As in "cancelled". */
  verb: string;
  noun: string;
  done: number;
  /** Null where it is not known. */
  total: number | null;
  /** What is worked on; "" for nothing to say. */
  detail: string;
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** `cancelled ████████░░░░ 33 %  400 of 1,200 runs`, or without a total `cancelled 400 runs`. */
export function progressLine({ verb, noun, done, total, detail }: Progress, withBar: boolean): string {
  const more = detail === "" ? "" : `  ${detail}`;
  if (total === null || total <= 0) return `${verb} ${grouped(done)} ${noun} …${more}`;
  const share = Math.min(done / total, 1);
  const full = Math.round(share * barWidth);
  const bar = withBar ? `${"█".repeat(full)}${"░".repeat(barWidth - full)} ` : "";
  // More may have come meanwhile.
  const all = Math.max(total, done);
  return `${verb} ${bar}${Math.floor(share * 100)} %  ${grouped(done)} of ${grouped(all)} ${noun}${more}`;
}
