import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readArchive } from "../../../../server/src/cli/archive/archive-file.ts";
import { type ArchiveHeader, readText, toText } from "../../../../server/src/cli/archive/archive-format.ts";
import type { ArchivePage } from "../../../../server/src/ports/store-admin.ts";
import { runs } from "../../../helpers/runs.ts";

const header: ArchiveHeader = {
  format: "stepwell-state",
  formatVersion: 1,
  store: "sqlite",
  schemaVersion: 15,
  engine: "0.0.0",
  exportedAt: "2026-01-01T00:00:00.000Z",
};
const pages: ArchivePage[] = [
  {
    table: "events",
    columns: ["id", "data", "ts"],
    rows: [
      ["e1", '{"ü":"\\u0000"}', 1],
      ["e2", "line\nbreak", 1.5],
    ],
  },
  { table: "events", columns: ["id", "data", "ts"], rows: [["e3", "", null]] },
  { table: "runs", columns: ["id"], rows: [["r1"]] },
];

async function textOf(all: readonly ArchivePage[]): Promise<string> {
  const pieces: string[] = [];
  const given = (async function* () {
    yield* all;
  })();
  for await (const piece of toText(header, given, () => undefined)) pieces.push(piece);
  return pieces.join("");
}

/** In pieces of a few bytes, so that characters and lines are cut. */
function inPieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return Readable.from(pieces);
}

async function read(bytes: Uint8Array, size = 7): Promise<ArchivePage[]> {
  const found: ArchivePage[] = [];
  const archive = await readText(
    readArchive("-", () => inPieces(bytes, size)),
    () => undefined,
  );
  for await (const page of archive.pages) found.push(page);
  return found;
}

/** Rows by table: how they are put into pages does not matter. */
function rowsOf(all: readonly ArchivePage[]): unknown {
  const tables = new Map<string, unknown[]>();
  for (const { table, rows } of all) tables.set(table, [...(tables.get(table) ?? []), ...rows]);
  return [...tables];
}

describe("an archive", () => {
  it.each([1, 2, 1000])("is read as it was written, compressed or not, in pieces of %s bytes", async (size) => {
    const text = await textOf(pages);
    expect(rowsOf(await read(Buffer.from(text), size))).toEqual(rowsOf(pages));
    expect(rowsOf(await read(gzipSync(text), size))).toEqual(rowsOf(pages));
  });

  it("that is cut off anywhere is never taken for a whole one", async () => {
    const bytes = Buffer.from(await textOf(pages));
    // The last line break says nothing.
    for (let length = 0; length < bytes.length - 1; length += 1)
      await expect(read(bytes.subarray(0, length), 64), `${length} bytes`).rejects.toThrow(/Nothing was imported/);
    const compressed = gzipSync(bytes);
    for (let length = 0; length < compressed.length; length += 5)
      await expect(read(compressed.subarray(0, length), 64), `${length} compressed bytes`).rejects.toThrow(
        /Nothing was imported/,
      );
  });

  it.each([
    ["", /is empty/],
    ["{}\n", /no archive of `stepwell export`/],
    ["hello\n", /Line 1 .* no JSON/],
    [JSON.stringify({ ...header, formatVersion: 2 }), /format 2, and this release reads 1.*Update/],
    [`${JSON.stringify(header)}\n[1]\n`, /a row without a table/],
    [`${JSON.stringify(header)}\n{"table":"runs","columns":["id"]}\n[1,2]\n`, /Line 3 .* no row of its table/],
    [`${JSON.stringify(header)}\n{"table":"runs","columns":["id"]}\n[{}]\n`, /Line 3 .* no row of its table/],
    [`${JSON.stringify(header)}\n{"end":true,"rows":1}\n`, /says that it has 1 rows, and 0 are there/],
    [`${JSON.stringify(header)}\n{"end":true,"rows":0}\n{}\n`, /goes on after its end/],
    [`${JSON.stringify(header)}\n{"table":1}\n`, /begins no table/],
  ])("is refused as %j", async (text, reason) => {
    await expect(read(Buffer.from(text))).rejects.toThrow(reason);
  });
});

test("any rows come back as they went in", async () => {
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant(null),
  );
  const table = fc.tuple(fc.string(), fc.array(fc.tuple(value, value), { maxLength: 5 }));
  await fc.assert(
    fc.asyncProperty(fc.array(table, { maxLength: 4 }), fc.integer({ min: 1, max: 50 }), async (tables, size) => {
      const all = tables.map(([name, rows]) => ({ table: name, columns: ["a", "b"], rows }));
      const found = rowsOf(await read(Buffer.from(await textOf(all)), size));
      const given = rowsOf(all.filter(({ rows }) => rows.length > 0));
      expect(JSON.stringify(found)).toBe(JSON.stringify(given));
    }),
    { numRuns: runs(20) },
  );
});
