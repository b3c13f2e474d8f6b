/** What may come next on a command line, for the completion of shells. Called by the hidden command `complete`. Must not throw. */
import type { Argument, Command, Option } from "commander";
import { runStatuses } from "../../domain/run/run.ts";

export interface Candidate {
  value: string;
  about: string;
}

/** Names of the functions of the engine; none when it cannot be asked. */
export type ListFunctions = () => Promise<readonly string[]>;

interface Place {
  command: Command;
  /** Arguments before the word that is completed. */
  given: number;
  /** The option whose value is completed; null for none. */
  option: Option | null;
}

const optionOf = (command: Command, word: string): Option | undefined =>
  command.options.find(({ short, long }) => word === short || word === long);

/** Where the last word stands. */
function placeOf(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, given: 0, option: null };
  for (const word of words) {
    if (place.option !== null) place = { ...place, option: null };
    else if (word.startsWith("-")) {
      const option = optionOf(place.command, word);
      if (option?.required === true) place = { ...place, option };
    } else {
      const child = place.command.commands.find(
        (command) => command.name() === word || command.aliases().includes(word),
      );
      place = child === undefined ? { ...place, given: place.given + 1 } : { command: child, given: 0, option: null };
    }
  }
  return place;
}

const statuses = runStatuses.map((status) => ({ value: status.toLowerCase(), about: "" }));
/** Arguments that name a function, or may. */
const functionArguments: ReadonlySet<string> = new Set(["function", "run name", "logs name"]);

async function functionsOf(list: ListFunctions): Promise<Candidate[]> {
  return (await list()).map((value) => ({ value, about: "function" }));
}

async function valuesOf(option: Option, list: ListFunctions): Promise<Candidate[]> {
  if (option.argChoices !== undefined) return option.argChoices.map((value) => ({ value, about: "" }));
  if (option.long === "--function") return functionsOf(list);
  return option.long === "--status" ? statuses : [];
}

async function argumentsOf(
  command: Command,
  argument: Argument | undefined,
  list: ListFunctions,
): Promise<Candidate[]> {
  if (argument === undefined) return [];
  if (argument.argChoices !== undefined) return argument.argChoices.map((value) => ({ value, about: "" }));
  const isFunction =
    functionArguments.has(argument.name()) || functionArguments.has(`${command.name()} ${argument.name()}`);
  return isFunction ? functionsOf(list) : [];
}

const commandsOf = (command: Command): Candidate[] => {
  const help = command.createHelp();
  return help
    .visibleCommands(command)
    .map((child) => ({ value: child.name(), about: help.subcommandDescription(child) }));
};

function optionsOf(command: Command): Candidate[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .map((option) => ({ value: option.long ?? option.short ?? "", about: option.description }));
}

/** `words`: those after the command's own name; the last one is completed, and may be empty. */
export async function candidates(
  program: Command,
  words: readonly string[],
  listFunctions: ListFunctions,
): Promise<Candidate[]> {
  const current = words.at(-1) ?? "";
  const { command, given, option } = placeOf(program, words.slice(0, -1));
  const all =
    option !== null
      ? await valuesOf(option, listFunctions)
      : current.startsWith("-")
        ? optionsOf(command)
        : [
            ...(given === 0 ? commandsOf(command) : []),
            ...(await argumentsOf(command, command.registeredArguments[given], listFunctions)),
          ];
  return all.filter(({ value }) => value.startsWith(current));
}
