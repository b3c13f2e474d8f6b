/** A database knows its version as the number of its last migration: two of one number, and one of them never comes to it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./root.ts";

test.each(["sqlite/migrations", "postgres/postgres-migrations"])(
  "each file of %s has a number of its own",
  (folder) => {
    const numbers = readdirSync(join(root, "server/src/store", folder)).map((name) => Number.parseInt(name, 10));
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  },
);
