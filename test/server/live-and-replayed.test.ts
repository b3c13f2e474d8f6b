/** The value that a run sees live is the value that it sees on replay: the real handler, the real engine, time that is moved. */
import fc from "fast-check";
import { Inngest } from "stepwell";
import { createServer } from "stepwell-server";
import { createTestServer } from "stepwell-server/testing";
import { expect, onTestFinished, test } from "vitest";
import { afterTravel, drawnData, drawnValue, print } from "../helpers/drawn-values.ts";
import { createManualClock } from "../helpers/manual-clock.ts";
import { runs } from "../helpers/runs.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const modes = { atOnce: true, buffered: { bufferedSteps: 3 }, oneCallAStep: false } as const;
type Mode = keyof typeof modes;

interface Drawn {
  values: unknown[];
  data: Record<string, unknown>;
  error: Error;
}

/** Every sight of a value, by mode and place. */
class Sights {
  readonly #seen = new Map<string, Set<string>>();

  note<T>(place: string, value: T): T {
    const seen = this.#seen.get(place) ?? new Set();
    this.#seen.set(place, seen.add(print(value)));
    return value;
  }

  /** Each place must have looked the same whenever it was seen, and as it should. */
  check(expected: Record<string, unknown>): void {
    for (const mode of Object.keys(modes))
      for (const [place, value] of Object.entries(expected))
        expect([mode, place, ...(this.#seen.get(`${mode} ${place}`) ?? [])]).toEqual([mode, place, print(value)]);
    for (const [place, seen] of this.#seen) expect([place, seen.size]).toEqual([place, 1]);
  }
}

/** What of an error can be told apart. */
const anatomy = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  return { class: error.constructor.name, name, message, stack, cause: anatomy(cause), own: { ...error } };
};

function world(drawn: () => Drawn, sights: () => Sights) {
  const client = new Inngest({ id: "live", logger: silent });
  const functions = Object.entries(modes).flatMap(([mode, checkpointing]) => {
    const note = <T>(place: string, value: T): T => sights().note(`${mode} ${place}`, value);
    const child = client.createFunction(
      { id: `child-${mode}`, checkpointing, triggers: { event: `live/child-${mode}` } },
      ({ event }) => {
        note("child's data", { ...event.data, _inngest: 0 });
        return drawn().values[0];
      },
    );
    const parent = client.createFunction(
      { id: `parent-${mode}`, checkpointing, retries: 0, triggers: { event: "live/go" } },
      async ({ event, events, step }) => {
        const { values, data, error } = drawn();
        note("event", event.data);
        note("events", events[0]?.data);
        for (const [n, value] of values.entries()) note(`step ${n}`, await step.run(`s${n}`, () => value));
        await step.sleep("nap", "1s");
        const parallel = await Promise.all(values.map((value, n) => step.run(`p${n}`, () => value)));
        for (const [n, value] of parallel.entries()) note(`parallel ${n}`, value);
        note("sent", (await step.sendEvent("send", { name: "live/other", data })).ids.length);
        note("invoked", await step.invoke("invoke", { function: child, data }));
        const wait = step.waitForEvent("wait", { event: "live/other", timeout: "1h" });
        await step.sendEvent("send again", { name: "live/other", data });
        note("waited", (await wait)?.data);
        const failed = await step.run("fail", () => Promise.reject(error)).catch((caught: unknown) => caught);
        note("error", anatomy(failed));
        note("error's cause", (failed as Error).cause);
        note("last", await step.run("last", () => values.at(-1)));
        await step.sleep("nap again", "1s");
        return values[0];
      },
    );
    return [child, parent];
  });
  return { client, functions };
}

function expected({ values, data, error }: Drawn): Record<string, unknown> {
  const travelled = values.map(afterTravel);
  return {
    ...Object.fromEntries(travelled.flatMap((value, n) => [`step ${n}`, `parallel ${n}`].map((at) => [at, value]))),
    event: afterTravel(data),
    events: afterTravel(data),
    "child's data": { ...(afterTravel(data) as object), _inngest: 0 },
    invoked: travelled[0],
    waited: afterTravel(data),
    sent: 1,
    "error's cause": error.cause === undefined ? undefined : afterTravel(error.cause),
    last: travelled.at(-1),
  };
}

const drawing: fc.Arbitrary<Drawn> = fc.record({
  values: fc.array(drawnValue, { minLength: 1, maxLength: 4 }),
  data: drawnData,
  error: fc
    .tuple(
      fc.constantFrom(Error, TypeError, RangeError),
      fc.string(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.boolean(),
    )
    .map(([Class, message, cause, hasCause]) =>
      Object.assign(new Class(message, hasCause ? { cause: { zebra: 1, apple: [cause], "10": 2 } } : {}), {
        zone: "b",
      }),
    ),
});

test("steps, events, invocations and errors look the same live and replayed, in every mode", async () => {
  let drawn: Drawn;
  let sights: Sights;
  await using t = await createTestServer(
    world(
      () => drawn,
      () => sights,
    ),
  );
  await fc.assert(
    fc.asyncProperty(drawing, async (given) => {
      drawn = given;
      sights = new Sights();
      await t.send({ name: "live/go", data: given.data });
      await t.advance("3s");
      sights.check(expected(given));
    }),
    { numRuns: runs(12) },
  );
  for (const mode of Object.keys(modes) as Mode[])
    expect(new Set((await t.runs(`live-parent-${mode}`)).map(({ status }) => status))).toEqual(new Set(["Completed"]));
});

test("they look the same when the engine was stopped and opened again in between", async () => {
  const store = await tempDirectory("live");
  const [given] = fc.sample(drawing, { numRuns: 1 }) as [Drawn];
  given.values = [{ zebra: 1, apple: { "10": 1, b: 2, a: 3 } }, ...fc.sample(drawnValue, { numRuns: 20 })];
  const sights = new Sights();
  const clock = createManualClock();
  const open = async () => {
    const app = world(
      () => given,
      () => sights,
    );
    const server = createServer({ store, apps: [app], clock, logger: silent as never });
    onTestFinished(() => server.stop());
    await server.start();
    const idle = async (): Promise<void> => {
      for (let quiet = 0; quiet < 20; quiet = server.engine.running().length === 0 ? quiet + 1 : 0)
        await new Promise((resolve) => setImmediate(resolve));
    };
    return { server, idle, client: app.client };
  };
  const first = await open();
  await first.client.send({ name: "live/go", data: given.data });
  await first.idle();
  await first.server.stop();
  const second = await open();
  await clock.advance(1500, second.idle);
  await second.server.stop();
  const third = await open();
  await clock.advance(1500, third.idle);
  sights.check(expected(given));
});
