/** Whether a run has reached its end, as `/v1` tells it. Called by the commands that wait for one, and by the timeline. Pure. */
import type { RunV1Answer } from "../api/answers.ts";

export const hasEnded = ({ status }: Pick<RunV1Answer, "status">): boolean =>
  status !== "Queued" && status !== "Running";
