import { describe, expect, it } from "vitest";
import { type KeyRecord, keyWorks } from "../../../../server/src/domain/access/key.ts";

const key: KeyRecord = {
  id: "1",
  kind: "api",
  name: "ci",
  role: "read",
  hash: "new",
  previousHash: "old",
  previousUntil: 2000,
  hint: "swk_abc",
  createdAt: 0,
  createdBy: "ana",
  expiresAt: 5000,
  lastUsedAt: null,
  revokedAt: null,
};

describe("a key works", () => {
  it.each([
    ["until it expires", {}, "new", 4999, true],
    ["no longer at the time at which it expires", {}, "new", 5000, false],
    ["forever without such a time", { expiresAt: null }, "new", 9e15, true],
    ["not once it is revoked, whatever its times say", { revokedAt: 9e15 }, "new", 1, false],
    ["in its previous form until the grace time is over", {}, "old", 1999, true],
    ["in its present form alone after that", {}, "old", 2000, false],
    ["not in a form that it never had", {}, "other", 1, false],
    ["in no previous form without a grace time", { previousUntil: null }, "old", 1, false],
  ] as const)("%s", (_when, change, hash, now, works) => {
    expect(keyWorks({ ...key, ...change }, hash, now)).toBe(works);
  });
});
