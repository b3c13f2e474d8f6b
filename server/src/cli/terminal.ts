/** The world around a command: where it prints, what it was given. Made by main, replaced in tests. */
import type { Writable } from "node:stream";
import type { Colors } from "./format/colors.ts";

export interface Terminal {
  /** Prints a line to standard output. */
  print(line: string): void;
  /** Writes to standard output as it is: for what moves the cursor. */
  write(text: string): void;
  /** Prints a line to standard error. */
  warn(line: string): void;
  /**
   * Shows a line on standard error in place of the one that it showed before, where that is a terminal; nothing elsewhere. Null
   * takes it away.
   */
  progress(line: string | null): void;
  /** Whether `progress` shows anything. */
  showsProgress: boolean;
  /** Aborted by Ctrl-C, and when the process is told to end. Who asks for it ends by itself; a second Ctrl-C ends the process. */
  interrupted(): AbortSignal;
  colors: Colors;
  /** Whether standard output is a terminal. */
  isTerminal: boolean;
  /** Columns; null when output is not a terminal. */
  width(): number | null;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  home: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** What the process ends with when nothing else goes wrong; 0 until it is called. */
  setExitCode(code: number): void;
  /** All of standard input, as text. */
  readInput(): Promise<string>;
  /** Standard input, as it comes. */
  inputBytes(): AsyncIterable<Uint8Array>;
  /** Standard output, for what is no text of this command. */
  outputStream(): Writable;
}
