/**
 * The store on Postgres while statements meet with conflicts and connections die: everything is tried again, and nothing happens
 * twice. The model tests say what must come of it, whatever happens on the way.
 */
import { afterAll, describe, expect, test } from "vitest";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { createSeededRandom } from "../../server/src/testing/seeded-random.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";
import { unreliable } from "../helpers/unreliable-driver.ts";
import type { OpenStore } from "./store-harness.ts";
import { testLaneModel } from "./store-lane-model.ts";
import { testModel } from "./store-model.ts";
import { testTwoHandles } from "./store-two-handles.ts";

const random = createSeededRandom(20261128);
const total = { conflicts: 0, lostBefore: 0, lostAfter: 0 };

const open: OpenStore = async () => {
  const namespace = newNamespace();
  const openOne = () => {
    const { driver, count } = unreliable(createDriver([postgresUri()], "stepwell-test"), 0.05, () => random.next());
    counts.push(count);
    return openPostgresStore({ uris: [postgresUri()], namespace, connections: 4, driver });
  };
  return { store: openOne(), reopen: async () => openOne(), shared: true, cleanup: async () => undefined };
};
const counts: (typeof total)[] = [];

describe("Postgres, unreliable", () => {
  describe("model", () => testModel(open, 8));
  describe("lanes, at random", () => testLaneModel(open, 8));
  describe("two handles", () => testTwoHandles(open));

  test("faults of all kinds were met", () => {
    for (const count of counts) {
      total.conflicts += count.conflicts;
      total.lostBefore += count.lostBefore;
      total.lostAfter += count.lostAfter;
    }
    for (const met of Object.values(total)) expect(met).toBeGreaterThan(10);
  });
});

afterAll(() => counts.splice(0));
