/** Every question of the rules and how it is answered: a question that is missing here does not compile. */
import type { ReadName } from "../../../../rules/source.ts";
import * as apps from "./apps.ts";
import * as items from "./items.ts";
import * as lanes from "./lanes.ts";
import type { Load } from "./load.ts";
import * as runs from "./runs.ts";
import * as waits from "./waits.ts";

export const loads: { readonly [Name in ReadName]: Load<Name> } = {
  ...items,
  ...runs,
  ...lanes,
  ...waits,
  ...apps,
};
