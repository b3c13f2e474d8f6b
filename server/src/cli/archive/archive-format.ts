/**
 * Archives of a store as text: JSON lines. The first says what it is; `{"table":…,"columns":…}` begins a table, and each line after
 * it is a row, a list with a value for each column; the last counts the rows, so that a part is never taken for the whole.
 * Called by archive-file.ts. Knows neither files nor stores.
 */
import { EngineError } from "../../domain/error.ts";
import type { ArchivePage, ArchiveValue } from "../../ports/store-admin.ts";

export const archiveFormat = "stepwell-state";
/** Grows when releases that know the one before could not read it. */
export const formatVersion = 1;

export interface ArchiveHeader {
  format: typeof archiveFormat;
  formatVersion: number;
  /** What it was exported from, and the version of its tables. */
  store: "sqlite" | "postgres";
  schemaVersion: number;
  /** The release that wrote it. */
  engine: string;
  /** ISO 8601. */
  exportedAt: string;
}

/** Called after each page: how many rows there are so far, of all tables. */
export type OnRows = (table: string, rows: number) => void;

/** Rows and characters at which a page is given on. */
const pageRows = 256;
const pageLength = 1_000_000;

export function invalidArchive(what: string, cause?: unknown): EngineError {
  return new EngineError("archive_invalid", `${what} Nothing was imported.`, { cause });
}

const cutOff = (cause?: unknown): EngineError =>
  invalidArchive("The archive is cut off: its end is missing. Export it again, or copy it again.", cause);

/** Pieces of text, one a page. */
export async function* toText(
  header: ArchiveHeader,
  pages: AsyncIterable<ArchivePage>,
  onRows: OnRows,
): AsyncGenerator<string> {
  yield `${JSON.stringify(header)}\n`;
  let table: string | null = null;
  let total = 0;
  for await (const page of pages) {
    if (page.rows.length === 0) continue;
    const lines = page.rows.map((row) => JSON.stringify(row));
    if (page.table !== table) lines.unshift(JSON.stringify({ table: page.table, columns: page.columns }));
    table = page.table;
    total += page.rows.length;
    yield `${lines.join("\n")}\n`;
    onRows(page.table, total);
  }
  yield `${JSON.stringify({ end: true, rows: total })}\n`;
}

/** @throws EngineError `archive_invalid` */
function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw invalidArchive(`Line ${number} of the archive is no JSON: the file is cut off there, or damaged.`, cause);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function toHeader(value: unknown): ArchiveHeader {
  if (!isObject(value) || value["format"] !== archiveFormat)
    throw invalidArchive("This is no archive of `stepwell export`: its first line does not say so.");
  if (value["formatVersion"] !== formatVersion)
    throw invalidArchive(
      `The archive has the format ${String(value["formatVersion"])}, and this release reads ${formatVersion}. Update stepwell-server.`,
    );
  return value as unknown as ArchiveHeader;
}

function toRow(value: unknown, columns: readonly string[], number: number): readonly ArchiveValue[] {
  const isValue = (item: unknown): item is ArchiveValue =>
    item === null || typeof item === "string" || typeof item === "number";
  if (Array.isArray(value) && value.length === columns.length && value.every(isValue)) return value;
  throw invalidArchive(`Line ${number} of the archive is no row of its table: the file is damaged.`);
}

export interface ReadArchive {
  header: ArchiveHeader;
  pages: AsyncGenerator<ArchivePage>;
}

/**
 * Reads the first line; the others as the pages are asked for.
 * @throws EngineError `archive_invalid`, and so do the pages
 */
export async function readText(lines: AsyncIterator<string>, onRows: OnRows): Promise<ReadArchive> {
  const first = await lines.next();
  if (first.done === true) throw invalidArchive("The archive is empty.");
  return { header: toHeader(parseLine(first.value, 1)), pages: readPages(lines, onRows) };
}

async function* readPages(lines: AsyncIterator<string>, onRows: OnRows): AsyncGenerator<ArchivePage> {
  let page: { table: string; columns: string[]; rows: (readonly ArchiveValue[])[] } | null = null;
  let length = 0;
  let total = 0;
  const take = function* (): Generator<ArchivePage> {
    if (page === null || page.rows.length === 0) return;
    yield page;
    onRows(page.table, total);
    page = { ...page, rows: [] };
    length = 0;
  };
  for (let number = 2; ; number += 1) {
    const line = await lines.next();
    if (line.done === true) throw cutOff();
    const value = parseLine(line.value, number);
    if (isObject(value)) {
      yield* take();
      if (value["end"] === true) {
        await assertEnd(lines, Number(value["rows"]), total);
        return;
      }
      page = toTable(value, number);
      continue;
    }
    if (page === null) throw invalidArchive(`Line ${number} of the archive is a row without a table.`);
    page.rows.push(toRow(value, page.columns, number));
    total += 1;
    length += line.value.length;
    if (page.rows.length >= pageRows || length >= pageLength) yield* take();
  }
}

function toTable(value: Record<string, unknown>, number: number) {
  const { table, columns } = value;
  if (typeof table === "string" && Array.isArray(columns) && columns.every((name) => typeof name === "string"))
    return { table, columns: columns.map(String), rows: [] as (readonly ArchiveValue[])[] };
  throw invalidArchive(`Line ${number} of the archive begins no table, and is no row: the file is damaged.`);
}

async function assertEnd(lines: AsyncIterator<string>, said: number, found: number): Promise<void> {
  if (said !== found)
    throw invalidArchive(`The archive says that it has ${said} rows, and ${found} are there: the file is damaged.`);
  if ((await lines.next()).done !== true)
    throw invalidArchive("The archive goes on after its end: the file is damaged.");
}

/** Lines of bytes of UTF-8, without their ends. The last needs none. */
export async function* toLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let open: string[] = [];
  for await (const chunk of bytes) {
    const parts = decoder.decode(chunk, { stream: true }).split("\n");
    for (const [index, part] of parts.entries()) {
      open.push(part);
      if (index === parts.length - 1) break;
      yield open.join("");
      open = [];
    }
  }
  const rest = open.join("") + decoder.decode();
  if (rest !== "") yield rest;
}
