/** Rows about apps that cannot be reached, and about calls that go down together with another one. */
import { expect } from "vitest";
import { done, type RawFunction, type RawReply } from "../raw-app.ts";
import type { Row } from "../row.ts";

const gateway = (status: number): RawReply => ({ status, isFromSdk: false, body: "<h1>No upstream</h1>" });
const draining: RawReply = { status: 503, headers: { "retry-after": "3" }, body: { name: "Error", message: "bye" } };
const down: readonly RawReply[] = [gateway(502), gateway(503), gateway(504), draining];

const innocents = 10;

/** Ten calls wait until the process that runs them goes down with the eleventh. */
function oneProcess(): Record<string, RawFunction> {
  let die: () => void = () => undefined;
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  });
  let gather: () => void = () => undefined;
  const gathered = new Promise<void>((resolve) => {
    gather = resolve;
  });
  return {
    "app-good": {
      config: { retries: 0 },
      async answer({ count }) {
        if (count > innocents) return done("survived");
        if (count === innocents) gather();
        await dead;
        return null;
      },
    },
    "app-bad": {
      async answer() {
        await gathered;
        die();
        return null;
      },
    },
  };
}

export const outageRows: Row[] = [
  {
    name: "what a proxy answers for an app, and an app that is shutting down, cost no attempt, also without retries",
    scripted: {
      "app-f": { config: { retries: 0 }, answer: ({ count }) => down[count - 1] ?? done("here") },
    },
    async check(world) {
      await world.send("test/app-f");
      const [why] = (await world.ask("GET", `/v2/runs/${(await world.run("f")).run_id}/why`)).waits;
      expect(why).toMatchObject({ kind: "unreachable", tries: 1 });
      expect(why.sentence).toMatch(/^The app cannot be reached since .*, next try at .*502/);
      await world.advance("1m");
      expect(await world.run("f")).toMatchObject({ status: "Completed", output: "here" });
    },
  },
  {
    name: "a run waits for an app that cannot be reached as long as its owner lets it",
    engine: { limits: { unreachableMaxMs: 600_000 } },
    scripted: { "app-f": { answer: () => gateway(502) } },
    async check(world) {
      await world.send("test/app-f");
      await world.advance("9m");
      expect(await world.statuses("f")).toEqual(["Running"]);
      await world.advance("2m");
      const { status, output } = await world.run("f");
      expect(status).toBe("Failed");
      expect(output).toMatchObject({ name: "AppUnreachableError" });
      expect(output.message).toMatch(/could not be reached for 10 minutes, since .*; it was tried \d+ times/);
    },
  },
  {
    name: "runs that go down together with a poisonous one complete without retries; it is quarantined",
    scripted: oneProcess(),
    async check(world) {
      const events = Array.from({ length: innocents }, () => ({ name: "test/app-good" }));
      await world.sendAll([...events, { name: "test/app-bad" }]);
      await world.advance("5m");
      expect(await world.statuses("good")).toEqual(Array(innocents).fill("Completed"));
      expect((await world.run("bad")).output).toMatchObject({ name: "QuarantinedError" });
    },
  },
];
