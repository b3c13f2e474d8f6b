/** Commands of this repository: each option does what the help says, and what is none is refused. */
import { expect, test } from "vitest";
import { chaosCommand, toChaosCommand, toRepeat } from "../chaos/chaos-options.ts";
import { readOptions } from "../helpers/command-options.ts";

const chaos = (...args: string[]) => readOptions(chaosCommand, args, toChaosCommand);
const scale = (...args: string[]) =>
  readOptions({ help: "the help", options: [], positional: "runs" }, args, (given) => given.whole("runs", 5));

test("what is not said is as the help says", () => {
  expect(chaos()).toMatchObject({ store: "both", runs: 3000, minutes: 2, freeze: 40, keep: null });
  expect(scale()).toBe(5);
});

test("what is said counts", () => {
  const args = [
    "--store",
    "sqlite",
    "--runs",
    "7",
    "--minutes",
    "0.5",
    "--freeze",
    "3",
    "--seed",
    "9",
    "--keep",
    "here",
  ];
  expect(chaos(...args)).toEqual({ store: "sqlite", runs: 7, minutes: 0.5, freeze: 3, seed: 9, keep: "here" });
  expect(scale("200000")).toBe(200_000);
});

test("the command that repeats a chaos does the same", () => {
  const command = chaos("--store", "postgres", "--freeze", "3", "--keep", "here");
  expect(chaos(...toRepeat(command).split(" ").slice(4))).toEqual(command);
});

test.each([
  [["--runs", "many"], '--runs is "many": expected a whole number above 0.'],
  [["--runs", "1.5"], '--runs is "1.5": expected a whole number above 0.'],
  [["--minutes", ""], '--minutes is "": expected a number above 0.'],
  [["--freeze", "0"], '--freeze is "0": expected a number above 0.'],
  [["--store", "mysql"], '--store is "mysql": expected sqlite, postgres, both.'],
  [["--rounds", "3"], "--rounds"],
  [["--runs"], "--runs"],
  [["3000"], "3000"],
])("refuses %j, and shows the help", (args, message) => {
  expect(() => chaos(...args)).toThrow(message);
  expect(() => chaos(...args)).toThrow(chaosCommand.help);
});

test.each([
  [["few"], '<runs> is "few": expected a whole number above 0.'],
  [["1", "2"], "There is one value too many: 2."],
])("refuses %j where a value needs no name", (args, message) => {
  expect(() => scale(...args)).toThrow(message);
});
