/** Every example. */
import { contextExamples } from "./context.ts";
import { encryptionExamples } from "./encryption.ts";
import { errorExamples } from "./errors.ts";
import { eventTypeExamples } from "./event-types.ts";
import type { Example } from "./example.ts";
import { invokeExamples } from "./invoke.ts";
import { middleware3Examples } from "./middleware-3.ts";
import { middleware4Examples } from "./middleware-4.ts";
import { modelExamples } from "./models.ts";
import { oddExamples } from "./odd.ts";
import { outsideExamples } from "./outside-examples.ts";
import { stepExamples } from "./steps.ts";
import { waitExamples } from "./waits.ts";

export const examples: readonly Example[] = [
  ...stepExamples,
  ...waitExamples,
  ...invokeExamples,
  ...errorExamples,
  ...contextExamples,
  ...eventTypeExamples,
  ...outsideExamples,
  ...modelExamples,
  ...oddExamples,
  ...encryptionExamples,
  ...middleware4Examples,
  ...middleware3Examples,
];
