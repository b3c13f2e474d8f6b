/** Functions of chaos with every kind of step. Each completes with the number of its event when all of it went as it should. */
import { NonRetriableError } from "stepwell";
import { client, on } from "./client.ts";
import { createNotebook, dataOf } from "./notebook.ts";

const app = process.env.APP ?? "";
/** What a run gives that went wrong. */
const wrong = -1;

const sleepsBook = createNotebook("sleeps");
const sleeps = client.createFunction({ id: "sleeps", ...on("sleeps") }, async (call) => {
  await sleepsBook.work(call, "a");
  sleepsBook.asks(call, "nap", { lastsMs: 1200 });
  await call.step.sleep("nap", 1200);
  sleepsBook.passed(call, "nap");
  await sleepsBook.work(call, "b");
  return dataOf(call).n;
});

const untilBook = createNotebook("sleeps-until");
const sleepsUntil = client.createFunction({ id: "sleeps-until", ...on("sleeps-until") }, async (call) => {
  const until = await call.step.run("when", () => Date.now() + 1500);
  untilBook.asks(call, "nap", { until });
  await call.step.sleepUntil("nap", new Date(until));
  untilBook.passed(call, "nap");
  await untilBook.work(call, "b");
  return dataOf(call).n;
});

const waitsBook = createNotebook("waits");
const waits = client.createFunction({ id: "waits", ...on("waits") }, async (call) => {
  await waitsBook.work(call, "a");
  waitsBook.asks(call, "met");
  const met = await call.step.waitForEvent("met", {
    event: "chaos/go",
    timeout: "1h",
    if: `async.data.n == ${dataOf(call).n}`,
  });
  waitsBook.passed(call, "met");
  await waitsBook.work(call, "b");
  return met?.data.n ?? wrong;
});

const vainBook = createNotebook("waits-in-vain");
const waitsInVain = client.createFunction({ id: "waits-in-vain", ...on("waits-in-vain") }, async (call) => {
  vainBook.asks(call, "met", { lastsMs: 2000 });
  const met = await call.step.waitForEvent("met", { event: "chaos/never", timeout: "2s", match: "data.n" });
  vainBook.passed(call, "met");
  await vainBook.work(call, "b");
  return met === null ? dataOf(call).n : wrong;
});

const signalBook = createNotebook("signalled");
const signalled = client.createFunction({ id: "signalled", ...on("signalled") }, async (call) => {
  await signalBook.work(call, "a");
  const { n } = dataOf(call);
  signalBook.asks(call, "met");
  const met = await call.step.waitForSignal("met", { signal: `chaos-${n}`, timeout: "1h", onConflict: "fail" });
  signalBook.passed(call, "met");
  await signalBook.work(call, "b");
  return (met?.data as { n?: number } | undefined)?.n ?? wrong;
});

const sendsBook = createNotebook("sends");
const sends = client.createFunction({ id: "sends", ...on("sends") }, async (call) => {
  const data = dataOf(call);
  await sendsBook.work(call, "a");
  // An event's own id makes one of two: a step runs at least once.
  await call.step.sendEvent("send", { name: `${app}/sent`, id: `sent-${data.n}`, data: { ...data } });
  await sendsBook.work(call, "b");
  return data.n;
});

const sentBook = createNotebook("sent");
const sent = client.createFunction({ id: "sent", ...on("sent") }, async (call) => {
  await sentBook.work(call, "a");
  return dataOf(call).n;
});

const childBook = createNotebook("child");
const child = client.createFunction({ id: "child", ...on("child") }, async (call) => {
  await childBook.work(call, "a");
  return dataOf(call).n;
});

const invokesBook = createNotebook("invokes");
const invokes = client.createFunction({ id: "invokes", ...on("invokes") }, async (call) => {
  await invokesBook.work(call, "a");
  const got = await call.step.invoke("child", { function: child, data: { ...dataOf(call) } });
  await invokesBook.work(call, "b");
  return got;
});

const parallelBook = createNotebook("parallel");
const parallel = client.createFunction({ id: "parallel", ...on("parallel") }, async (call) => {
  const branches = ["p", "q", "r"];
  const values = await Promise.all(branches.map((branch) => parallelBook.work(call, branch)));
  await parallelBook.work(call, "join");
  return new Set(values).size === branches.length ? dataOf(call).n : wrong;
});

const retriesBook = createNotebook("retries");
const retries = client.createFunction({ id: "retries", ...on("retries") }, async (call) => {
  await retriesBook.work(call, "a", { failures: 2 });
  await retriesBook.work(call, "b");
  return dataOf(call).n;
});

const failsBook = createNotebook("fails");
const failureBook = createNotebook("fails-failure");
const fails = client.createFunction(
  {
    id: "fails",
    ...on("fails"),
    onFailure: async ({ event, ...call }) => {
      const original = { ...call, event: event.data.event };
      await failureBook.work(original, "handled");
      return dataOf(original).n;
    },
  },
  async (call) => {
    await failsBook.work(call, "a");
    await failsBook.work(call, "b", { failures: 100, error: () => new NonRetriableError("for good") });
  },
);

const tickBook = createNotebook("ticks");
/** Each tick has a run, also where engines that were killed come to it a minute late. */
const everyMinute = { cron: "* * * * *", missed: "all" } as const;
const ticks = client.createFunction({ id: "ticks", retries: 20, triggers: [everyMinute] }, async (call) => {
  await tickBook.work(call, "a");
  return (call.event.data as { scheduledAt?: string }).scheduledAt ?? "";
});

export const stepFunctions = [
  sleeps,
  sleepsUntil,
  waits,
  waitsInVain,
  signalled,
  sends,
  sent,
  child,
  invokes,
  parallel,
  retries,
  fails,
  ticks,
];
