/** What is measured, from outside: an event goes in, user code tells when it ran. */
import { quantile } from "./quantile.ts";
import { type BenchWorld, preciseNow } from "./world.ts";

export interface Measures {
  /** Milliseconds from the sending of an event to its handler, one event after the other. */
  eventToHandlerP50: number;
  eventToHandlerP99: number;
  /** Milliseconds from one step to the next, in a run of 20. */
  stepToStepP50: number;
  /** Milliseconds from the event to the end of a run of 50 parallel steps. */
  fanP50: number;
  /** 1,000 runs of three steps, sent at once. */
  runsPerSecond: number;
  stepsPerSecond: number;
  /** Events that start nothing, in requests of 100, four at a time. */
  eventsPerSecond: number;
}

const patienceMs = 120_000;

async function timeOne(world: BenchWorld, event: object) {
  const collected = world.collect(1, patienceMs);
  const begin = await world.send(event);
  const moments = await collected;
  return { begin, moments, ms: moments.at(-1)!.at - begin };
}

async function measureEvents(world: BenchWorld): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < 120; n++) {
    const { ms } = await timeOne(world, { name: "bench/noop", data: { n } });
    // The first ones warm up both processes.
    if (n >= 20) times.push(ms);
  }
  return times;
}

async function measureChain(world: BenchWorld): Promise<number[]> {
  const gaps: number[] = [];
  for (let n = 0; n < 10; n++) {
    const { moments } = await timeOne(world, { name: "bench/chain", data: { steps: 20 } });
    const steps = moments.filter(({ moment }) => moment === "step");
    for (let i = 1; i < steps.length; i++) gaps.push(steps[i]!.at - steps[i - 1]!.at);
  }
  return gaps;
}

async function measureFan(world: BenchWorld): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) times.push((await timeOne(world, { name: "bench/fan", data: { width: 50 } })).ms);
  return times;
}

async function measureThroughput(world: BenchWorld, runs: number): Promise<number> {
  const collected = world.collect(runs, patienceMs);
  const begin = preciseNow();
  for (let n = 0; n < runs; n += 100) {
    await world.send(Array.from({ length: 100 }, (_, i) => ({ name: "bench/three", data: { n: n + i } })));
  }
  const moments = await collected;
  return (moments.at(-1)!.at - begin) / 1000;
}

async function measureIngest(world: BenchWorld, requests: number): Promise<number> {
  const begin = preciseNow();
  let left = requests;
  const batch = Array.from({ length: 100 }, (_, n) => ({ name: "bench/nothing", data: { n } }));
  const sendAll = async (): Promise<void> => {
    while (left-- > 0) await world.send(batch);
  };
  await Promise.all(Array.from({ length: world.parallelSends }, sendAll));
  return (requests * 100) / ((preciseNow() - begin) / 1000);
}

export async function measure(world: BenchWorld, runs = 1000): Promise<Measures> {
  const events = await measureEvents(world);
  const gaps = await measureChain(world);
  const fan = await measureFan(world);
  const seconds = await measureThroughput(world, runs);
  const eventsPerSecond = await measureIngest(world, 200);
  return {
    eventsPerSecond,
    eventToHandlerP50: quantile(events, 0.5),
    eventToHandlerP99: quantile(events, 0.99),
    stepToStepP50: quantile(gaps, 0.5),
    fanP50: quantile(fan, 0.5),
    runsPerSecond: runs / seconds,
    stepsPerSecond: (runs * 3) / seconds,
  };
}
