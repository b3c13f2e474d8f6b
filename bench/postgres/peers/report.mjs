// How programs of this folder tell the driver what they measured: one message, then the process ends.
const begin = { at: 0, cpu: { user: 0, system: 0 } };

/** What comes after this is measured. */
export function start() {
  begin.cpu = process.cpuUsage();
  begin.at = performance.now();
}

/** `count` of what is counted have been done since. */
export function finish(count) {
  const ms = performance.now() - begin.at;
  const { user, system } = process.cpuUsage(begin.cpu);
  process.send({ count, ms, cpuMs: (user + system) / 1000 }, () => process.exit());
}

export const uri = process.env.POSTGRES_URI;
export const count = Number(process.env.COUNT);

/** Does `work` with each number, so many at once. */
export async function each(total, atOnce, work) {
  let next = 0;
  const one = async () => {
    while (next < total) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}
