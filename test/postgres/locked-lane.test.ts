/**
 * A slot that is freed while another commit has the lane locked that waits for it. Found by two engines that were sent events
 * while their calls ended: nobody woke the lane, and its items stayed where they were forever.
 */
import { expect, onTestFinished, test } from "vitest";
import { createLane } from "../../server/src/domain/queue/lane.ts";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver, type Driver } from "../../server/src/store/postgres/wire/driver.ts";
import { leaseAll, mustCommit, tokenOf } from "../conformance/store-harness.ts";
import { makeItem, write } from "../conformance/store-records.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";

/** Tells when statements that name `part` have been answered. */
function watched(part: string, hear: () => void): Driver {
  const driver = createDriver([postgresUri()], "stepwell-test");
  return {
    async connect() {
      const connection = await driver.connect();
      return {
        ...connection,
        async send(statements) {
          const results = await connection.send(statements);
          if (statements.some(({ text }) => text.includes(part))) hear();
          return results;
        },
      };
    },
  };
}

test("a slot that is freed while its lane is locked wakes that lane", async () => {
  const namespace = newNamespace();
  let heard = (): void => {};
  const driver = watched("t.blocked_on = k.key", () => heard());
  const store = openPostgresStore({ uris: [postgresUri()], namespace, connections: 2, driver });
  onTestFinished(() => store.close());
  const lane = createLane("function-1", [{ key: "one", limit: 1, label: "one" }]);
  await mustCommit(store, write({ puts: [makeItem("I1", { lane }), makeItem("I2", { lane })] }));
  const [first, ...others] = await leaseAll(store);
  expect(others).toEqual([]);

  const other = await createDriver([postgresUri()], "stepwell-test").connect();
  onTestFinished(() => other.close());
  const [, locked] = await other.send([
    { text: "BEGIN", values: [] },
    { text: "SELECT state FROM stepwell.lanes WHERE ns = $1 FOR NO KEY UPDATE", values: [namespace] },
  ]);
  expect(locked?.rows).toEqual([{ state: "full" }]);
  const looked = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const settled = store.commit({ lease: tokenOf(first) });
  await looked;
  await other.send([{ text: "COMMIT", values: [] }]);

  expect(await settled).toMatchObject({ ok: true });
  expect((await leaseAll(store)).map(({ id }) => id)).toEqual(["I2"]);
});
