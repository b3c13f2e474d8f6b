// Jobs of pg-boss: sent sixteen at a time, fetched and completed by fifties, until all are.
import PgBoss from "pg-boss";
import { count, each, finish, start, uri } from "./report.mjs";

const boss = new PgBoss(uri);
boss.on("error", () => undefined);
await boss.start();
await boss.createQueue("bench");
let left = count;
const work = async () => {
  while (left > 0) {
    const jobs = await boss.fetch("bench", { batchSize: 50 });
    if (jobs.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      continue;
    }
    left -= jobs.length;
    await boss.complete(
      "bench",
      jobs.map(({ id }) => id),
    );
  }
};
start();
await Promise.all([each(count, 16, (n) => boss.send("bench", { n })), work(), work()]);
finish(count);
