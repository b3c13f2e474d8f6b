/**
 * Archives as files, or as standard output and input (`-`). A name that ends in `.gz` is compressed; what is read is recognized by its
 * first bytes. Called by the commands `export` and `import`. Must never leave a part of an archive under the name of a whole one.
 */
import { createReadStream, createWriteStream, existsSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { isEngineError } from "../../domain/error.ts";
import { CliError } from "../cli-error.ts";
import { invalidArchive, toLines } from "./archive-format.ts";

export const standard = "-";
/** What it holds is for nobody else. */
const privateFile = 0o600;
const gzipMagic = [0x1f, 0x8b];

const isCompressed = (path: string): boolean => path.endsWith(".gz");

/** @throws CliError when the file is there and must not be replaced, or cannot be written */
export async function writeArchive(
  path: string,
  text: AsyncIterable<string>,
  { output, replace }: { output: Writable; replace: boolean },
): Promise<void> {
  if (path === standard) {
    await pipeline(Readable.from(text), output, { end: false });
    // The process may end as soon as this returns.
    await new Promise<void>((resolve) => void output.write("", () => resolve()));
    return;
  }
  if (!replace && existsSync(path))
    throw new CliError(`${path} is there already. Choose another name, or give --force.`);
  const part = `${path}.part`;
  try {
    const file = createWriteStream(part, { mode: privateFile });
    if (isCompressed(path)) await pipeline(Readable.from(text), createGzip(), file);
    else await pipeline(Readable.from(text), file);
    await flush(part);
    await rename(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    if (isEngineError(error)) throw error;
    throw new CliError(`The archive ${path} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/**
 * The lines of an archive, compressed or not. `onBytes` hears how much of the file was read, piece by piece.
 * @throws EngineError `archive_invalid` when it cannot be read
 */
export async function* readArchive(
  path: string,
  input: () => AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<string> {
  try {
    yield* toLines(inflated(counted(path === standard ? input() : createReadStream(path), onBytes)));
  } catch (error) {
    if (isEngineError(error)) throw error;
    const name = path === standard ? "from standard input" : path;
    const isCutOff = error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
    throw invalidArchive(
      isCutOff
        ? `The archive ${name} is cut off: its end is missing. Export it again, or copy it again.`
        : `The archive ${name} cannot be read: ${reasonOf(error)}.`,
      error,
    );
  }
}

async function* inflated(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < gzipMagic.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  const all = (async function* () {
    if (start.length > 0) yield start;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
  if (!gzipMagic.every((byte, index) => start[index] === byte)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip();
  // An error of what is read ends the other stream too, and is thrown below.
  const feeding = pipeline(Readable.from(all), gunzip).catch(() => undefined);
  yield* gunzip as AsyncIterable<Uint8Array>;
  await feeding;
}
