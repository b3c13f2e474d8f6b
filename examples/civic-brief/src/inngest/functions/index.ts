/** Every function of this app; a new one is added here. */
import type { InngestFunction } from "stepwell";
import { dailyBriefCron } from "./daily-brief-cron.ts";
import { generateBrief } from "./generate-brief.ts";

export const functions: InngestFunction[] = [generateBrief, dailyBriefCron];
