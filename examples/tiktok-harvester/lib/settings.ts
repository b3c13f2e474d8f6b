/** Settings from environment variables. Called by the jobs and the libraries. Must never put a key in a message. */
import { NonRetriableError } from "stepwell";

/** @throws NonRetriableError that names the variable */
export function readText(name: string, missing?: string): string {
  const value = process.env[name] || missing;
  if (value === undefined) throw new NonRetriableError(`The variable ${name} is not set. Set it where the app runs.`);
  return value;
}

/** A whole number above 0. */
export function readNumber(name: string, missing: number): number {
  const value = Number(process.env[name] || missing);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} is ${process.env[name]}; expected a whole number above 0.`);
}
