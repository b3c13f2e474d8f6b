import { afterAll, beforeAll, vi } from "vitest";
import { columns } from "./columns.ts";
import { runRows } from "./run-rows.ts";
import { table } from "./table.ts";

// Version 3 warns of options that it does not know there, whatever logger it was given.
beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

runRows(columns.inngest3, table);
