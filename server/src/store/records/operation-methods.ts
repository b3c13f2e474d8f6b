/** Which part of a store operators ask: the files operation-methods.ts of both stores give it. */
import type { Store } from "../../ports/store.ts";

export type OperationMethods = Pick<
  Store,
  | "getDeadLetter"
  | "listDeadLetters"
  | "listMetadata"
  | "listLogs"
  | "getSchedule"
  | "listSchedules"
  | "getBulkJob"
  | "listBulkJobs"
  | "addRollups"
  | "sweepRollups"
  | "listRollups"
  | "listBacklog"
  | "listOutages"
  | "sweep"
  | "compact"
  | "usedBytes"
  | "storage"
>;
