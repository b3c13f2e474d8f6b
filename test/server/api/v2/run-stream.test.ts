/** A run as it goes on: what its stream tells, when it ends, and how it is taken up again. */
import { expect, it } from "vitest";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { type OperatedEngine, startOperatedEngine } from "../../../helpers/operated-engine.ts";
import { operations, result } from "../../../helpers/scripted-caller.ts";

const hash = "a".repeat(40);

interface Event {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

/** Reads events until one of this kind has come. */
async function readUntil(reader: ReadableStreamDefaultReader<string>, last: string): Promise<Event[]> {
  const events: Event[] = [];
  for (let text = ""; ; ) {
    const { value, done } = await reader.read();
    text += value ?? "";
    const frames = text.split("\n\n");
    text = frames.pop() ?? "";
    for (const frame of frames) {
      const fields = Object.fromEntries(frame.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)));
      if (fields.event !== undefined) events.push({ ...fields, data: JSON.parse(fields.data) } as Event);
    }
    if (done || events.some(({ event }) => event === last)) return events;
  }
}

async function open(url: string, lastId?: string): Promise<ReadableStreamDefaultReader<string>> {
  const response = await fetch(url, { headers: lastId === undefined ? {} : { "last-event-id": lastId } });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  if (response.body === null) throw new Error("the stream has no body");
  return response.body.pipeThrough(new TextDecoderStream()).getReader();
}

async function startNap(): Promise<{ engine: OperatedEngine; runId: string; url: string }> {
  const engine = await startOperatedEngine({
    scripts: {
      "shop-nap": ({ body: { steps } }) =>
        hash in steps
          ? result({ ok: true })
          : operations([{ op: "Sleep", id: hash, displayName: "nap", name: "1m", opts: {} }]),
    },
  });
  await engine.engine.register(registration([functionConfig("shop-nap")], "shop"));
  const runId = (await engine.runOf(await engine.send("test/shop-nap"))).id;
  return { engine, runId, url: `${engine.url}/v2/runs/${runId}/stream` };
}

/** Moves the clock until something has come. */
async function asTimePasses<T>({ advance }: OperatedEngine, coming: Promise<T>): Promise<T> {
  let isThere = false;
  const noted = coming.finally(() => {
    isThere = true;
  });
  while (!isThere) await advance(1000);
  return noted;
}

it("tells how the run and its steps stand, what has changed, and that it has ended", async () => {
  const { engine, url } = await startNap();
  const reader = await open(url);
  const first = await readUntil(reader, "step");
  expect(first.map(({ event, data }) => [event, data.status])).toEqual([
    ["run", "RUNNING"],
    ["step", "SLEEPING"],
  ]);
  const rest = await asTimePasses(engine, readUntil(reader, "end"));
  expect(rest.find(({ event }) => event === "step")?.data.status).toBe("COMPLETED");
  expect(rest.findLast(({ event }) => event === "run")?.data).toMatchObject({
    status: "COMPLETED",
    output: { ok: true },
  });
  expect(rest.at(-1)).toMatchObject({ event: "end", data: { status: "COMPLETED" } });
  expect((await reader.read()).done).toBe(true);
  expect((await fetch(url, { headers: { "last-event-id": rest.at(-1)?.id ?? "" } })).status).toBe(204);
});

it("goes on after the last event that its reader has, without telling again how things stand", async () => {
  const { engine, url } = await startNap();
  const reader = await open(url);
  const seen = await readUntil(reader, "step");
  await reader.cancel();
  const again = await open(url, seen.at(-1)?.id);
  const events = await asTimePasses(engine, readUntil(again, "end"));
  expect(events.map(({ data }) => data.status)).not.toContain("SLEEPING");
  expect(events.at(-1)?.event).toBe("end");
  // One that fell behind in the middle is told all of it.
  const late = await readUntil(await open(url, "0-0123456789abcdef"), "end");
  expect(late.map(({ event }) => event)).toEqual(["run", "step", "end"]);
});

it("is not there for a run that there is not", async () => {
  const engine = await startOperatedEngine();
  await engine.ask("GET", "/v2/runs/01M8FZFMD806FMHK808QWJS700/stream", undefined, 404);
});
