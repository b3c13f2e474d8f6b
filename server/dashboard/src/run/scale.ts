/**
 * From time to width: even, but for long stretches in which nothing works, which fold to a narrow mark. Pure.
 */
import type { Row } from "./timeline.ts";

export interface Fold {
  from: number;
  to: number;
}

export interface Scale {
  folds: readonly Fold[];
  /** Share of the width, 0 to 1, at a moment. */
  at(moment: number): number;
  from: number;
  to: number;
}

const busy = new Set(["work", "running", "failed", "queue"]);
/** A stretch folds when it is longer than this, and than so many times all that is not folded. */
const foldMinMs = 3000;
const foldShare = 0.4;
/** Share of the width that a fold takes. */
const foldWidth = 0.06;

function busyTimes(rows: readonly Row[]): Fold[] {
  const times = rows
    .flatMap(({ segments }) => segments.filter(({ kind }) => busy.has(kind)))
    .map(({ from, to }) => ({ from, to }))
    .sort((left, right) => left.from - right.from);
  const merged: Fold[] = [];
  for (const time of times) {
    const last = merged.at(-1);
    if (last !== undefined && time.from <= last.to) last.to = Math.max(last.to, time.to);
    else merged.push({ ...time });
  }
  return merged;
}

function idleTimes(rows: readonly Row[], from: number, to: number): Fold[] {
  const idle: Fold[] = [];
  let last = from;
  for (const time of busyTimes(rows)) {
    if (time.from > last) idle.push({ from: last, to: time.from });
    last = Math.max(last, time.to);
  }
  if (to > last) idle.push({ from: last, to });
  return idle;
}

/** Long idle times, longest first, until what is left is not ruled by one of them. A little of each end stays to be seen. */
function findFolds(rows: readonly Row[], from: number, to: number): Fold[] {
  const idle = idleTimes(rows, from, to).sort((left, right) => right.to - right.from - (left.to - left.from));
  const folds: Fold[] = [];
  let left = to - from;
  for (const time of idle) {
    const length = time.to - time.from;
    if (length < foldMinMs || length < left * foldShare || folds.length >= 6) break;
    const margin = Math.min(length * 0.05, Math.max((left - length) * 0.1, 200));
    folds.push({ from: time.from + margin, to: time.to - margin });
    left -= length - 2 * margin;
  }
  return folds.sort((one, other) => one.from - other.from);
}

/** @param open starts of folds that someone has opened */
export function createScale(rows: readonly Row[], from: number, to: number, open: ReadonlySet<number>): Scale {
  const end = Math.max(to, from + 1);
  const folds = findFolds(rows, from, end).filter((fold) => !open.has(fold.from));
  const folded = folds.reduce((sum, fold) => sum + fold.to - fold.from, 0);
  const plainWidth = 1 - folds.length * foldWidth;
  const perMs = plainWidth / Math.max(end - from - folded, 1);
  const at = (moment: number): number => {
    let width = 0;
    let last = from;
    for (const fold of folds) {
      if (moment <= fold.from) break;
      width += (fold.from - last) * perMs;
      width += foldWidth * Math.min((moment - fold.from) / (fold.to - fold.from), 1);
      last = Math.min(moment, fold.to);
      if (moment <= fold.to) return width;
    }
    return Math.min(Math.max(width + (Math.min(moment, end) - last) * perMs, 0), 1);
  };
  return { folds, at, from, to: end };
}

const steps = [1, 2, 5];
/** Share of the width that a mark's label takes. */
const labelWidth = 0.16;

/** Three to six moments to mark, counted from the beginning; none inside of a fold. */
export function ticksOf({ from, to, folds, at }: Scale): number[] {
  const folded = folds.reduce((sum, fold) => sum + fold.to - fold.from, 0);
  const raw = Math.max((to - from - folded) / 4, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (steps.find((factor) => factor * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  let next = from;
  for (let count = 0; next <= to && count < 100; count++) {
    const moment = next;
    const fold = folds.find((one) => moment > one.from && moment < one.to);
    const last = ticks.at(-1);
    const hasRoom = last === undefined || at(moment) - at(last) >= labelWidth;
    const isByFold = folds.some(
      (one) => at(one.from) - at(moment) < labelWidth && at(moment) < at(one.to) + foldWidth / 2,
    );
    if (fold === undefined && hasRoom && !isByFold && at(moment) <= 1 - labelWidth / 2) ticks.push(moment);
    next = fold === undefined ? moment + step : fold.to;
  }
  return ticks;
}
