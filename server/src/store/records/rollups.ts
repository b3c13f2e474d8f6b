/** Stored rows of rollups, and the records they hold. Called by the rollups.ts of each store. */
import { emptyFigures, type Figures, mergeFigures } from "../../domain/metrics/figures.ts";
import type { RollupRecord } from "../../domain/metrics/rollup.ts";

export interface RollupRow {
  unit: RollupRecord["unit"];
  at: number;
  kind: RollupRecord["kind"];
  id: string;
  figures: string;
}

/** What a column of figures holds. One that an older engine wrote has none of what is counted since. */
function parseFigures(text: string): Figures {
  return { ...emptyFigures(), ...(JSON.parse(text) as Partial<Figures>) };
}

export function toRollup({ unit, at, kind, id, figures }: RollupRow): RollupRecord {
  return { unit, at, kind, id, figures: parseFigures(figures) };
}

/** What the column holds after these are added. `stored`: what it holds; null for a row that is new. */
export function addedFigures(stored: string | null, figures: Figures): string {
  if (stored === null) return JSON.stringify(figures);
  const sum = parseFigures(stored);
  mergeFigures(sum, figures);
  return JSON.stringify(sum);
}
