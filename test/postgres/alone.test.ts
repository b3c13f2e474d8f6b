/** Engines tell each other what is due. One that is alone tells nobody, as each message is a commit of the database. */
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { eventually } from "../helpers/eventually.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";

function openCounted(namespace: string, told: string[]) {
  const inner = createDriver([postgresUri()], "stepwell-test");
  const driver = {
    async connect() {
      const connection = await inner.connect();
      const send: typeof connection.send = (statements) => {
        for (const { text, values } of statements) if (text.includes("pg_notify")) told.push(String(values[1]));
        return connection.send(statements);
      };
      return { ...connection, send };
    },
  };
  const store = openPostgresStore({ uris: [postgresUri()], namespace, driver });
  onTestFinished(() => store.close());
  const { peers } = store;
  if (peers === null) throw new Error("A store on Postgres has peers.");
  return peers;
}

test("an engine tells what is due once there is another one, and nobody while it is alone", async () => {
  const namespace = newNamespace();
  const told: string[] = [];
  const heard: number[] = [];
  const first = openCounted(namespace, told);
  await first.start(() => undefined);
  await eventually("the first to say that it is there", () => (told.length === 1 ? true : null));
  first.tell({ kind: "due", at: 1 });

  const second = openCounted(namespace, []);
  await second.start((news) => {
    if (news.kind === "due") heard.push(news.at);
  });
  await eventually("the second to hear of what is due", () => {
    first.tell({ kind: "due", at: 2 });
    return heard.includes(2) ? true : null;
  });

  expect(told.some((payload) => payload.includes('"at":1'))).toBe(false);
});
