/** What every store must do. A store's own test file calls this with a way to open it. */
import { describe } from "vitest";
import { testAccess } from "./store-access.ts";
import { testAdmission } from "./store-admission.ts";
import { testAlerts } from "./store-alerts.ts";
import { testApps, testRegistryVersion } from "./store-apps.ts";
import { testCommit } from "./store-commit.ts";
import { testDurability } from "./store-durability.ts";
import { testEvents } from "./store-events.ts";
import { testGathered } from "./store-gathered.ts";
import type { OpenStore } from "./store-harness.ts";
import { testLaneModel } from "./store-lane-model.ts";
import { testLanes } from "./store-lanes.ts";
import { testLimits } from "./store-limits.ts";
import { testLogs } from "./store-logs.ts";
import { testMetadata } from "./store-metadata.ts";
import { testModel } from "./store-model.ts";
import { testOperations } from "./store-operations.ts";
import { testPauses } from "./store-pauses.ts";
import { testQueue } from "./store-queue.ts";
import { testRollups } from "./store-rollups.ts";
import { testRuns } from "./store-runs.ts";
import { testSteps } from "./store-steps.ts";
import { testTwoHandles } from "./store-two-handles.ts";
import { testWaits } from "./store-waits.ts";
import { testWebhooks } from "./store-webhooks.ts";

/** `draws`: how many random sequences the model tests try; fewer where each statement is a trip. */
export function testStore(name: string, open: OpenStore, draws?: number): void {
  describe(name, () => {
    describe("events", () => testEvents(open));
    describe("runs", () => testRuns(open));
    describe("steps", () => testSteps(open));
    describe("metadata", () => testMetadata(open));
    describe("logs", () => testLogs(open));
    describe("rollups", () => testRollups(open));
    describe("queue", () => testQueue(open));
    describe("lanes", () => testLanes(open));
    describe("lanes, at random", () => testLaneModel(open, draws));
    describe("pauses", () => testPauses(open));
    describe("limits that people set", () => testLimits(open));
    describe("commit", () => testCommit(open));
    describe("admission", () => testAdmission(open));
    describe("debounces and batches", () => testGathered(open));
    describe("apps", () => testApps(open));
    describe("registry", () => testRegistryVersion(open));
    describe("operations", () => testOperations(open));
    describe("durability", () => testDurability(open));
    describe("model", () => testModel(open, draws));
    describe("waits", () => testWaits(open));
    describe("access", () => testAccess(open));
    describe("webhooks", () => testWebhooks(open));
    describe("alerts", () => testAlerts(open));
    describe("two handles", () => testTwoHandles(open));
  });
}
