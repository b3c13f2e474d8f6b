/** Who may only read a store cannot write to it: the API's parts, and whoever embeds an engine. */
import { expectTypeOf, test } from "vitest";
import type { ApiParts } from "../../server/src/api/api-parts.ts";
import type { V2Parts } from "../../server/src/api/v2/v2-parts.ts";
import type { StepwellServer } from "../../server/src/main.ts";
import type { Store } from "../../server/src/ports/store.ts";

type Writes = "commit" | "lease" | "extend" | "sweep" | "compact" | "close";

test("what writes is a store's and not a reader's", () => {
  expectTypeOf<Writes>().toExtend<keyof Store>();
  expectTypeOf<Extract<keyof ApiParts["store"], Writes>>().toEqualTypeOf<never>();
  expectTypeOf<Extract<keyof V2Parts["store"], Writes>>().toEqualTypeOf<never>();
  expectTypeOf<Extract<keyof StepwellServer["store"], Writes>>().toEqualTypeOf<never>();
});
