/**
 * What a command of this repository is told, such as `npm run chaos -- --runs 100`. Called by the main files of chaos and of the
 * benchmarks. Must never ignore anything: an option that there is not and a value that is none are errors, with the help.
 */
import { parseArgs } from "node:util";

export interface Command {
  help: string;
  /** Options that take a value, without their dashes. */
  options: readonly string[];
  /** What one value without a name is, where there may be one. */
  positional?: string;
}

export interface GivenOptions {
  text(name: string): string | null;
  /** A number above 0. `whole`: one without a fraction. */
  number(name: string, otherwise: number): number;
  whole(name: string, otherwise: number): number;
  oneOf<T extends string>(name: string, known: readonly T[], otherwise: T): T;
}

function parse({ options, positional }: Command, args: string[]): Map<string, string> {
  const { values, positionals } = parseArgs({
    args,
    options: Object.fromEntries(options.map((name) => [name, { type: "string" } as const])),
    allowPositionals: positional !== undefined,
  });
  const [first, second] = positionals;
  if (second !== undefined) throw new Error(`There is one value too many: ${second}.`);
  const given = Object.entries(values).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  if (positional !== undefined && first !== undefined) given.push([positional, first]);
  return new Map(given as [string, string][]);
}

/** @throws Error that says what was expected, with the help */
export function readOptions<T>(command: Command, args: string[], read: (given: GivenOptions) => T): T {
  const named = (name: string): string => (name === command.positional ? `<${name}>` : `--${name}`);
  try {
    const given = parse(command, args);
    const number = (name: string, otherwise: number, isRight: (value: number) => boolean, expected: string): number => {
      const text = given.get(name);
      if (text === undefined) return otherwise;
      const value = Number(text);
      if (text.trim() !== "" && value > 0 && isRight(value)) return value;
      throw new Error(`${named(name)} is "${text}": expected ${expected} above 0.`);
    };
    return read({
      text: (name) => given.get(name) ?? null,
      number: (name, otherwise) => number(name, otherwise, Number.isFinite, "a number"),
      whole: (name, otherwise) => number(name, otherwise, Number.isSafeInteger, "a whole number"),
      oneOf: (name, known, otherwise) => {
        const text = given.get(name) ?? otherwise;
        const found = known.find((each) => each === text);
        if (found !== undefined) return found;
        throw new Error(`${named(name)} is "${text}": expected ${known.join(", ")}.`);
      },
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${command.help}`, { cause: error });
  }
}

/** The same for the process's own arguments: says what is wrong with them, or the help, and ends the process. */
export function readCommand<T>(command: Command, read: (given: GivenOptions) => T): T {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    console.log(command.help);
    process.exit(0);
  }
  try {
    return readOptions(command, args, read);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
