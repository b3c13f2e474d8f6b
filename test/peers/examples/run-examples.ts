/** The table: each example with one column's SDK. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { listen } from "../world.ts";
import { inStyle } from "./columns.ts";
import { clearStage, closeServer, createStage, makeApp, openTheatre, syncApp, type Theatre } from "./create-stage.ts";
import type { Example, ExampleColumn } from "./example.ts";
import { examples } from "./table.ts";

/** Defines the tests of one column, of all examples that it can express or of some. */
export function runExamples(column: ExampleColumn, some: readonly Example[] = examples): void {
  describe(`examples, ${column.name}`, () => {
    let theatre: Theatre;
    beforeAll(async () => {
      theatre = await openTheatre();
    });
    afterAll(() => theatre.close());

    test.each(inStyle(some, column))("$name", async (example) => {
      expect.hasAssertions();
      const cast = await makeApp(example, column, theatre.engine.url, theatre.outsideUrl);
      onTestFinished(() => closeServer(cast.server));
      theatre.outside.requests.length = 0;
      const url = await listen(cast.server);
      await syncApp(theatre, url);
      onTestFinished(() => clearStage(theatre, url));
      await example.check(createStage(theatre, column, cast));
    });
  });
}
