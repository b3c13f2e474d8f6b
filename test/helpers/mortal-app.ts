import type { Answer } from "../../server/src/domain/answer.ts";
import { callError } from "../../server/src/transport/connection-error.ts";
import { failedCall } from "../../server/src/transport/read-answer.ts";
import { result, type Script } from "./scripted-caller.ts";

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** An app as one process: a call that kills it takes all calls with it that are under way. */
export interface MortalApp {
  /** Works for some turns of the event loop, or until `until` resolves, and answers. */
  works(until?: () => Promise<void>): Script;
  /** Takes the process down. */
  kills(until?: () => Promise<void>): Script;
  /** Ends the process from outside. */
  die(): void;
  deaths: number;
  /** The most calls that were under way when it died, by how often it had died before. */
  inFlightAtDeath: number[];
  calls: number;
}

export function createMortalApp(): MortalApp {
  const dying = new Set<() => void>();
  const crash = (): Answer => failedCall(callError("connection_closed", "Your server closed the request."));
  const call = (work: () => Promise<Answer>): Promise<Answer> =>
    new Promise((resolve, reject) => {
      app.calls += 1;
      const die = (): void => resolve(crash());
      dying.add(die);
      work().then((answer) => {
        dying.delete(die);
        resolve(answer);
      }, reject);
    });
  const someTurns = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) await turn();
  };
  const app: MortalApp = {
    deaths: 0,
    inFlightAtDeath: [],
    calls: 0,
    die() {
      app.deaths += 1;
      app.inFlightAtDeath.push(dying.size);
      for (const die of dying) die();
      dying.clear();
    },
    works:
      (until = someTurns) =>
      () =>
        call(async () => {
          await until();
          return result("survived");
        }),
    kills:
      (until = turn) =>
      () =>
        call(async () => {
          await until();
          app.die();
          return crash();
        }),
  };
  return app;
}
