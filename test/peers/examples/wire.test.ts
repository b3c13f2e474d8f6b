/**
 * The examples with the published inngest 4. Our SDK is given the same calls beside it, as the engine makes them, and must
 * say the same.
 */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { columns, inStyle } from "./columns.ts";
import { clearStage, createStage, openTheatre, syncApp, type Theatre } from "./create-stage.ts";
import type { ExampleColumn } from "./example.ts";
import type { Wire } from "./normal-wire.ts";
import { runExamples } from "./run-examples.ts";
import { createShadowed } from "./shadow.ts";
import { examples } from "./table.ts";

const pairs: { name: string; one: ExampleColumn; two: ExampleColumn }[] = [
  { name: "checkpointing off", one: columns.inngest4Plain, two: columns.stepwellPlain },
  { name: "checkpointing on", one: columns.inngest4, two: columns.stepwell },
];

/** Calls to one app may come at once. */
const ordered = (wires: readonly Wire[]): Wire[] =>
  [...wires].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const differing = examples.filter(({ wireDiffers }) => wireDiffers !== undefined);
for (const { one } of pairs) runExamples(one, differing);

describe.each(pairs)("inngest 4 and stepwell, $name", ({ one, two }) => {
  let theatre: Theatre;
  beforeAll(async () => {
    theatre = await openTheatre();
  });
  afterAll(() => theatre.close());

  test.each(inStyle(examples, one).filter(({ wireDiffers }) => wireDiffers === undefined))("$name", async (example) => {
    const shadowed = await createShadowed(theatre, example, [one, two]);
    onTestFinished(() => shadowed.close());
    theatre.outside.requests.length = 0;
    await syncApp(theatre, shadowed.url);
    onTestFinished(() => clearStage(theatre, shadowed.url));
    await example.check(createStage(theatre, one, shadowed.cast));
    expect(shadowed.first.some(({ what }) => what.startsWith("answer"))).toBe(true);
    expect(ordered(shadowed.second)).toEqual(ordered(shadowed.first));
  });
});
