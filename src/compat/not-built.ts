/**
 * Names of the other SDK behind which there is nothing here. They exist, so that an app which imports one of them, or a
 * neighbour of one, starts; using one says that it is not built and what to do instead. Used by the entries of this folder.
 */
import { StepwellError } from "../errors/index.ts";

/** The error for what is not built. @param instead what to do, as a sentence without a full stop. */
function notBuilt(what: string, instead: string): StepwellError {
  return new StepwellError(`${what} is not built in Stepwell. ${instead}. See docs/migrating.md.`, {
    code: "not_supported",
  });
}

/** A function that is not built: each call throws. */
// biome-ignore lint/suspicious/noExplicitAny: it takes what the other SDK's function takes, and gives nothing
export type NotBuilt = (...args: any[]) => never;

/** A function whose calls throw. */
export function missing(what: string, instead: string): NotBuilt {
  return () => {
    throw notBuilt(`${what}()`, instead);
  };
}

/** A class that is not built: there is no instance of it. */
export interface NotBuiltClass {
  new (...args: never[]): object;
}

/** A class whose constructor throws, so that no value is an instance of it. */
export function missingClass(what: string, instead: string): NotBuiltClass {
  return class {
    constructor() {
      throw notBuilt(`new ${what}()`, instead);
    }
  };
}
