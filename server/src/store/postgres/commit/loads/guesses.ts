/**
 * What the rules are told in a dry run about what is not loaded yet: mostly what is so most of the time. A dry run finds out
 * what they will ask; what comes of it is thrown away, so a wrong guess costs one more trip and no more.
 */
import type { AnswerTo, KeyOf, ReadName } from "../../../../rules/source.ts";

type Guesses = { readonly [Name in ReadName]: (key: KeyOf<Name>) => AnswerTo<Name> };

const none = { rows: [], complete: true } as const;
const nothing = (): null => null;
const no = (): false => false;
const zero = (): 0 => 0;
const empty = (): readonly [] => [];
const noRows = (): typeof none => none;

export const guesses: Guesses = {
  heldItem: ({ itemId }) => ({ id: itemId, functionId: "", runId: null, laneId: null, rank: 0 }),
  hasItem: no,
  item: nothing,
  itemDueAt: nothing,
  laterItem: nothing,
  itemsOfRun: empty,
  cronItems: empty,
  isMatching: no,
  readyItems: noRows,
  dueItems: noRows,
  ownDueItems: noRows,
  expiredItems: noRows,
  run: ({ id }) => ({
    id,
    version: 0,
    functionId: "",
    status: "Running",
    queuedAt: 0,
    startedAt: null,
    stepCount: 0,
    pendingCount: 0,
    racingCount: 0,
    stateBytes: 0,
    originalRunId: null,
  }),
  hasRun: no,
  isKeyUsed: no,
  singletonHolder: nothing,
  repeatedRuns: empty,
  deadLetter: () => true,
  hasStep: no,
  step: nothing,
  pendingSteps: empty,
  metadataBytes: zero,
  metadata: nothing,
  logTotals: () => ({ lines: 0, bytes: 0, leftOut: 0 }),
  hasEvent: no,
  isRepeated: no,
  eventsSince: empty,
  hasRefusal: no,
  lane: nothing,
  laneSpec: nothing,
  lanesInLine: noRows,
  lanesBlockedOn: noRows,
  throttledLanes: noRows,
  laneFunctions: empty,
  lanesOfFunction: empty,
  emptyLanes: empty,
  slot: zero,
  runSlots: empty,
  throttle: zero,
  throttlesOfFunction: empty,
  passedThrottles: empty,
  rateLimit: nothing,
  rateLimitHit: nothing,
  expiredLimits: empty,
  debounce: nothing,
  openBatch: nothing,
  batch: nothing,
  wait: ({ id }) => ({ id, runId: "", functionId: "", stepId: "" }),
  signalWaits: empty,
  waitsOfRun: empty,
  waitPaths: empty,
  isWaited: no,
  waitCounter: () => ({ counter: "", last: 0 }),
  appByName: nothing,
  functionBySlug: nothing,
  function: nothing,
  functionsOfApp: empty,
  pauses: empty,
  limitOverrides: empty,
  hasBulkJob: no,
  bulkJob: nothing,
};
